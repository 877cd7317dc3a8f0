import { describe, expect, it } from "vitest";

import type { LoadBalancer } from "@gennaker/gateway-config/snapshot.ts";

import type { RequestHead, ResponseHead } from "../http1/head.ts";
import { parseRequestHead, parseResponseHead } from "../http1/head.ts";
import { buildRequestHead, buildResponseHead } from "./forward.ts";

const config: LoadBalancer = { name: "lb", port: 80, serverGroups: [] };

function forwarded(lines: string[], more: Partial<LoadBalancer> = {}): string {
  const head = parseRequestHead(lines.join("\r\n")) as RequestHead;
  return buildRequestHead(head, {
    config: { ...config, ...more },
    clientAddress: "192.0.2.7",
    authority: "10.0.0.1:80",
    upgrade: undefined,
  });
}

function answered(lines: string[], framing: "none" | "length" | "chunked" | "close", keepAlive = true): string {
  const head = parseResponseHead(lines.join("\r\n"), "GET") as ResponseHead;
  return buildResponseHead(head, { minor: 1, keepAlive, framing, via: false, upgrade: undefined });
}

const trusted = ["GET / HTTP/1.1", "Host: a", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop"];

describe("a request head", () => {
  it("is written anew with one Host, one framing and the forwarding fields", () => {
    expect(forwarded(["POST /x HTTP/1.1", "X-A: 1", "Host: a", "Content-Length: 5", "Content-Length: 5"])).toBe(
      "POST /x HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nContent-Length: 5\r\n" +
        "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a\r\n\r\n",
    );
  });

  it("keeps an explicit empty body", () => {
    expect(forwarded(["POST / HTTP/1.1", "Host: a", "Content-Length: 0"])).toContain("Content-Length: 0\r\n");
  });

  it("believes forwarding fields only when told to", () => {
    expect(forwarded(trusted)).toContain("X-Forwarded-Proto: http\r\nX-Forwarded-Host: a\r\n");
    expect(forwarded(trusted, { trustForwarded: true })).toContain(
      "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n",
    );
  });

  it("cannot be robbed of its Host or framing by Connection", () => {
    const text = forwarded(["POST / HTTP/1.1", "Host: a", "Connection: host, content-length", "Content-Length: 3"]);
    expect(text).toContain("Host: a\r\n");
    expect(text).toContain("Content-Length: 3\r\n");
  });

  it.each([
    ["b3", /\r\nb3: [0-9a-f]{32}-[0-9a-f]{16}-1\r\n/],
    ["b3multi", /\r\nX-B3-TraceId: [0-9a-f]{32}\r\nX-B3-SpanId: [0-9a-f]{16}\r\nX-B3-Sampled: 1\r\n/],
    ["w3c", /\r\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n/],
  ] as const)("starts a trace as %s when configured and none is there", (createTrace, pattern) => {
    expect(forwarded(["GET / HTTP/1.1", "Host: a"], { createTrace })).toMatch(pattern);
    for (const present of ["b3: 0", "X-B3-Sampled: 0", "traceparent: 00-x-y-01"]) {
      const text = forwarded(["GET / HTTP/1.1", "Host: a", present], { createTrace });
      expect(text).toContain(`\r\n${present}\r\n`);
      expect(text.match(/b3|traceparent/gi)).toHaveLength(1);
    }
    expect(forwarded(["GET / HTTP/1.1", "Host: a"])).not.toMatch(/b3|traceparent/i);
  });
});

describe("an answer's head", () => {
  it("keeps its length and loses what was for the hop", () => {
    const lines = [
      "HTTP/1.1 200 Fine",
      "Content-Length: 2, 2",
      "Connection: x-p",
      "X-P: 1",
      "Keep-Alive: timeout=5",
      "Set-Cookie: a",
      "Set-Cookie: b",
    ];
    expect(answered(lines, "length")).toBe(
      "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n",
    );
  });

  it("says how it ends", () => {
    expect(answered(["HTTP/1.0 200 OK"], "chunked")).toBe("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect(answered(["HTTP/1.1 200 OK"], "close", false)).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    expect(answered(["HTTP/1.1 204 No Content", "Content-Length: 4"], "none")).toBe("HTTP/1.1 204 No Content\r\n\r\n");
  });
});
