import { describe, expect, it } from "vitest";

import { isFault } from "./fields.ts";
import { parseRequestHead, parseResponseHead } from "./head.ts";

const request = (...lines: string[]) => parseRequestHead(lines.join("\r\n"));
const response = (method: string, ...lines: string[]) => parseResponseHead(lines.join("\r\n"), method);

function accepted<T extends object>(head: T): Exclude<T, { fault: string }> {
  if (isFault(head)) throw new Error(`refused: ${head.fault}`);
  return head as Exclude<T, { fault: string }>;
}

describe("request heads", () => {
  it("reads method, target, host and fields in order", () => {
    const head = accepted(request("GET /a?b=1 HTTP/1.1", "Host: shop.example:8080", "X-One: 1", "x-one:\t2 \t"));
    expect(head).toMatchObject({
      method: "GET",
      target: "/a?b=1",
      minor: 1,
      host: "shop.example:8080",
      keepAlive: true,
    });
    expect(head.fields.names).toEqual(["Host", "X-One", "x-one"]);
    expect(head.fields.values).toEqual(["shop.example:8080", "1", "2"]);
    expect(head.framing).toEqual({ kind: "none" });
  });

  it("reduces an absolute target and lets its authority win over Host", () => {
    const head = accepted(request("GET http://real.example/x?y HTTP/1.1", "Host: other.example"));
    expect(head).toMatchObject({ target: "/x?y", host: "real.example" });
    expect(accepted(request("GET http://real.example HTTP/1.1", "Host: h"))).toMatchObject({ target: "/" });
    expect(accepted(request("GET http://real.example?q HTTP/1.1", "Host: h"))).toMatchObject({ target: "/?q" });
  });

  it.each([
    ["no Host", ["GET / HTTP/1.1"], 400],
    ["two Hosts", ["GET / HTTP/1.1", "Host: a", "Host: b"], 400],
    ["a malformed Host", ["GET / HTTP/1.1", "Host: a/b"], 400],
    ["userinfo in Host", ["GET / HTTP/1.1", "Host: u@a"], 400],
    ["two spaces", ["GET  / HTTP/1.1", "Host: a"], 400],
    ["a tab in the request line", ["GET\t/ HTTP/1.1", "Host: a"], 400],
    ["a fragment", ["GET /#x HTTP/1.1", "Host: a"], 400],
    ["a relative target", ["GET x HTTP/1.1", "Host: a"], 400],
    ["HTTP/2", ["GET / HTTP/2.0", "Host: a"], 505],
    ["HTTP/0.9", ["GET / HTTP/0.9"], 505],
    ["no version", ["GET /"], 400],
    ["CONNECT", ["CONNECT a:443 HTTP/1.1", "Host: a:443"], 405],
    ["obs-fold", ["GET / HTTP/1.1", "Host: a", "X: 1", " more"], 400],
    ["a field that starts with white space", ["GET / HTTP/1.1", " Host: a"], 400],
    ["space before the colon", ["GET / HTTP/1.1", "Host : a"], 400],
    ["no colon", ["GET / HTTP/1.1", "Host: a", "nonsense"], 400],
    ["an empty name", ["GET / HTTP/1.1", "Host: a", ": x"], 400],
    ["NUL in a value", ["GET / HTTP/1.1", "Host: a", "X: a\0b"], 400],
    ["a bare CR in a value", ["GET / HTTP/1.1", "Host: a", "X: a\rb"], 400],
    ["a bare LF in a value", ["GET / HTTP/1.1", "Host: a", "X: a\nContent-Length: 5"], 400],
    ["CL and TE", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"], 400],
    ["TE in HTTP/1.0", ["POST / HTTP/1.0", "Transfer-Encoding: chunked"], 400],
    ["chunked twice", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, chunked"], 400],
    ["chunked not last", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, gzip"], 400],
    ["TE identity", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: identity"], 400],
    ["TE hidden by a prefix", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"], 400],
    ["TE hidden by a vertical tab", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: \x0bchunked"], 400],
    ["a coding not served", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"], 501],
    ["two different CL", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Content-Length: 6"], 400],
    ["a signed CL", ["POST / HTTP/1.1", "Host: a", "Content-Length: +5"], 400],
    ["a negative CL", ["POST / HTTP/1.1", "Host: a", "Content-Length: -1"], 400],
    ["a hexadecimal CL", ["POST / HTTP/1.1", "Host: a", "Content-Length: 0x5"], 400],
    ["an empty CL", ["POST / HTTP/1.1", "Host: a", "Content-Length:"], 400],
    ["a CL beyond what numbers hold", ["POST / HTTP/1.1", "Host: a", "Content-Length: 99999999999999999999"], 400],
    ["CL list of different values", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5, 6"], 400],
  ])("refuses %s", (_what, lines, status) => {
    expect(parseRequestHead(lines.join("\r\n"))).toMatchObject({ status, fault: expect.any(String) });
  });

  it("refuses too many fields with 431", () => {
    const lines = Array.from({ length: 300 }, (_, index) => `X-${index}: 1`);
    expect(request("GET / HTTP/1.1", "Host: a", ...lines)).toMatchObject({ status: 431 });
  });

  it("accepts equal lengths as one and reads them as a number", () => {
    const head = accepted(request("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Content-Length: 5"));
    expect(head.framing).toEqual({ kind: "length", length: 5 });
  });

  it("knows when the connection is kept", () => {
    expect(accepted(request("GET / HTTP/1.0"))).toMatchObject({ keepAlive: false });
    expect(accepted(request("GET / HTTP/1.0", "Connection: keep-alive"))).toMatchObject({ keepAlive: true });
    expect(accepted(request("GET / HTTP/1.1", "Host: a", "Connection: x, Close"))).toMatchObject({ keepAlive: false });
  });

  it("knows a wanted upgrade only when Connection lists it", () => {
    const wanted = request("GET / HTTP/1.1", "Host: a", "Connection: keep-alive, Upgrade", "Upgrade: websocket");
    expect(accepted(wanted).upgrade).toBe("websocket");
    expect(accepted(request("GET / HTTP/1.1", "Host: a", "Upgrade: websocket")).upgrade).toBeUndefined();
  });
});

describe("response heads", () => {
  it.each([
    ["HEAD", "HTTP/1.1 200 OK", "Content-Length: 7", { kind: "none" }],
    ["GET", "HTTP/1.1 204 No Content", "Content-Length: 7", { kind: "none" }],
    ["GET", "HTTP/1.1 304 Not Modified", "Content-Length: 7", { kind: "none" }],
    ["GET", "HTTP/1.1 200 OK", "Content-Length: 7", { kind: "length", length: 7 }],
    ["GET", "HTTP/1.1 200 OK", "Transfer-Encoding: Chunked", { kind: "chunked" }],
    ["GET", "HTTP/1.1 200", "X: y", { kind: "close" }],
  ])("%s answered by %s, %s", (method, start, field, framing) => {
    expect(accepted(response(method, start, field)).framing).toEqual(framing);
  });

  it("reads the announced time a connection is kept", () => {
    expect(accepted(response("GET", "HTTP/1.1 200 OK", "Keep-Alive: timeout=5, max=9")).keepAliveTimeout).toBe(5);
  });

  it.each([
    ["both framings", "HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"],
    ["a bad length", "HTTP/1.1 200 OK", "Content-Length: 1;2"],
    ["another coding", "HTTP/1.1 200 OK", "Transfer-Encoding: gzip"],
    ["a bad status line", "HTTP/1.1 2000 OK"],
    ["another protocol", "ICY 200 OK"],
  ])("refuses %s", (_what, ...lines) => {
    expect(response("GET", ...lines)).toHaveProperty("fault");
  });
});
