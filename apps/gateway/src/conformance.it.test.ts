import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Backend } from "./testing/backend.ts";
import { startBackend } from "./testing/backend.ts";
import type { GatewayUnderTest } from "./testing/process.ts";
import { balancer, freePort, group, instance, startGateway } from "./testing/process.ts";
import { bodyOf, connectRaw, exchangeRaw, statusOf } from "./testing/raw.ts";

/** Framing, refusals and headers as a client sees them, through a real gateway to node:http. */
describe("a client of the gateway sees that", () => {
  let gateway: GatewayUnderTest;
  let backend: Backend;
  let port: number;

  beforeAll(async () => {
    gateway = await startGateway();
    backend = await startBackend((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const body = Buffer.concat(pieces);
        const url = request.url ?? "";
        if (url.startsWith("/echo")) {
          response.setHeader("x-trailers", JSON.stringify(request.trailers));
          response.end(body);
        } else if (url === "/204") response.writeHead(204).end();
        else if (url === "/304") response.writeHead(304, { etag: '"x"' }).end();
        else if (url === "/length") response.writeHead(200, { "content-length": 5 }).end("hello");
        else if (url === "/trailers") {
          response.writeHead(200, { trailer: "x-sum" });
          response.write("part one,");
          response.write("part two");
          response.addTrailers({ "x-sum": "17" });
          response.end();
        } else if (url === "/hop") {
          response.setHeader("Connection", "keep-alive, x-private");
          response.setHeader("X-Private", "1");
          response.setHeader("X-Public", "2");
          response.end("hop");
        } else response.end("ok");
      });
    });
    port = await freePort();
    const groups = [group("shop-v000", 100, [instance("i-1", backend.port)])];
    await gateway.client.putSnapshot({ generation: 1, loadBalancers: [balancer(port, groups, { via: true })] });
  });

  afterAll(async () => {
    await gateway.stop();
    await backend.stop();
  });

  const last = () => backend.seen.at(-1);

  describe("refusals", () => {
    it.each([
      [
        "CL and TE",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
      ],
      ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400],
      ["a bad length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4a\r\n\r\nabcd", 400],
      ["obs-fold", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400],
      ["space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400],
      ["a bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400],
      ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
      ["a large head", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(40_000)}\r\n\r\n`, 431],
      ["a head that never ends", `GET /${"y".repeat(40_000)}`, 431],
      ["a coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501],
      ["TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
      ["HTTP/2 prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
      ["a malformed chunk", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400],
      [
        "a chunk longer than it says",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        400,
      ],
    ])("%s is refused, named in JSON, and the connection closed", async (_what, message, status) => {
      const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
      const text = await exchangeRaw(port, message + smuggled);
      expect(statusOf(text)).toBe(status);
      expect(text).toMatch(/Connection: close/i);
      expect(JSON.parse(bodyOf(text))).toMatchObject({ error: { loadBalancer: "shop", status } });
      expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
      expect(backend.seen.some(({ url }) => url === "/smuggled")).toBe(false);
    });
  });

  describe("requests", () => {
    const echo =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n";

    it("arrive the same when every byte comes alone", async () => {
      const client = connectRaw(port);
      for (const character of echo) {
        client.send(character);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const text = await client.waitFor("hello!");
      expect(statusOf(text)).toBe(200);
      expect(text).toContain('x-trailers: {"x-t":"1"}');
      client.socket.destroy();
    });

    it("may be pipelined, whatever follows what; answers keep the order", async () => {
      const client = connectRaw(port);
      client.send(
        `${echo}POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /length HTTP/1.1\r\nHost: a\r\n\r\n` +
          "\r\nHEAD /length HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      );
      const { text } = await client.closed();
      const statuses = text.match(/HTTP\/1\.1 \d{3}/g);
      expect(statuses).toEqual(Array.from({ length: 5 }, () => "HTTP/1.1 200"));
      expect(text.replace(/HTTP\/1\.1[\s\S]*?\r\n\r\n/g, "|")).toBe("|hello!|abc|hello||ok");
      client.socket.destroy();
    });

    it("wait for 100 Continue of the instance", async () => {
      const client = connectRaw(port);
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      await client.waitFor("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("body");
      expect(await client.waitFor("\r\n\r\nbody")).toContain("HTTP/1.1 200 OK");
      client.socket.destroy();
    });

    it("lose hop-by-hop fields, keep the rest and their order, and gain forwarding fields", async () => {
      await exchangeRaw(
        port,
        "GET /x HTTP/1.1\r\nHost: shop.example\r\nX-B: 1\r\nConnection: close, X-Secret\r\nX-Secret: s\r\nKeep-Alive: 5\r\n" +
          "TE: trailers\r\nProxy-Connection: x\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-A: 2\r\n\r\n",
      );
      const headers = last()?.headers;
      expect(headers).toMatchObject({
        host: "shop.example",
        "x-forwarded-for": "192.0.2.1, 127.0.0.1",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "shop.example",
        via: "1.1 gennaker",
      });
      for (const gone of ["x-secret", "keep-alive", "te", "proxy-connection"]) expect(headers).not.toHaveProperty(gone);
      const names = last()?.raw.filter((_, index) => index % 2 === 0) ?? [];
      expect(names.indexOf("X-B")).toBeLessThan(names.indexOf("X-A"));
    });

    it("keep B3 and W3C trace fields as they came", async () => {
      const traces = [
        "X-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124",
        "X-B3-SpanId: a2fb4a1d1a96d312",
        "X-B3-Sampled: 1",
        "b3: 463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate: congo=t61rcWkgMzE",
      ];
      await exchangeRaw(port, `GET /t HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${traces.join("\r\n")}\r\n\r\n`);
      const raw = last()?.raw ?? [];
      for (const line of traces) {
        const [name = "", value = ""] = line.split(": ");
        expect(raw[raw.indexOf(name) + 1]).toBe(value);
      }
    });

    it("of HTTP/1.0 get an answer they understand", async () => {
      const text = await exchangeRaw(port, "GET /trailers HTTP/1.0\r\n\r\n");
      expect(text).not.toMatch(/transfer-encoding/i);
      expect(bodyOf(text)).toBe("part one,part two");
      expect(last()?.headers.host).toBe(`127.0.0.1:${backend.port}`);
      const client = connectRaw(port);
      client.send("GET /length HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      expect(await client.waitFor("hello")).toMatch(/Connection: keep-alive/i);
      client.send("GET /length HTTP/1.0\r\n\r\n");
      expect((await client.closed()).text.match(/hello/g)).toHaveLength(2);
      client.socket.destroy();
    });
  });

  describe("answers", () => {
    const get = (path: string, method = "GET") =>
      exchangeRaw(port, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);

    it("without a body have none", async () => {
      expect(await get("/204")).toMatch(/^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/);
      expect(await get("/304")).toMatch(/^HTTP\/1\.1 304 [\s\S]*etag: "x"[\s\S]*\r\n\r\n$/i);
      const head = await get("/length", "HEAD");
      expect(head).toMatch(/content-length: 5/i);
      expect(bodyOf(head)).toBe("");
    });

    it("with trailers keep them", async () => {
      const text = await get("/trailers");
      expect(text).toMatch(/transfer-encoding: chunked/i);
      expect(bodyOf(text)).toContain("0\r\nx-sum: 17\r\n\r\n");
    });

    it("lose what their Connection names", async () => {
      const text = await get("/hop");
      expect(text).toContain("X-Public: 2");
      expect(text).not.toContain("X-Private");
      expect(text).toContain("Via: 1.1 gennaker");
    });

    it("use instance connections again", async () => {
      const before = backend.connections;
      for (let round = 0; round < 20; round += 1) await get("/");
      expect(backend.connections - before).toBeLessThanOrEqual(1);
    });

    it("reach a client that closes its sending side first", async () => {
      const client = connectRaw(port);
      client.send("GET /length HTTP/1.1\r\nHost: a\r\n\r\n");
      client.socket.end();
      expect(bodyOf((await client.closed()).text)).toBe("hello");
    });
  });
});
