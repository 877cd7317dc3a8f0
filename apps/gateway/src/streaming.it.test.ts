import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import type net from "node:net";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { RawBackend } from "./testing/backend.ts";
import { onHead, startBackend, startRawBackend } from "./testing/backend.ts";
import type { GatewayUnderTest } from "./testing/process.ts";
import { balancer, freePort, group, instance, startGateway, until } from "./testing/process.ts";
import { bodyOf, connectRaw, exchangeRaw, statusOf } from "./testing/raw.ts";

/** Bodies in motion: back-pressure, broken connections, upgrades, limits of time. */
describe("bodies in motion", () => {
  let gateway: GatewayUnderTest;
  let port: number;
  let generation = 0;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    port = await freePort();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(() => gateway.stop());

  async function route(...ports: number[]): Promise<void> {
    generation += 1;
    const instances = ports.map((backendPort, index) => instance(`i-${generation}-${index}`, backendPort));
    const timeouts = { responseMs: 1_000, connectMs: 500, clientHeadMs: 300, halfCloseMs: 200 };
    const loadBalancers = [balancer(port, [group("shop-v000", 100, instances)], { timeouts })];
    await gateway.client.putSnapshot({ generation, loadBalancers });
  }

  async function raw(onConnection: (socket: net.Socket) => void): Promise<RawBackend> {
    const backend = await startRawBackend(onConnection);
    stops.push(backend.stop);
    return backend;
  }

  const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const inFlight = async () => (await gateway.client.status()).loadBalancers[0]?.inFlight;

  describe("large bodies", () => {
    it("arrive whole both ways, counted and chunked", async () => {
      const backend = await startBackend((request, response) => {
        request.pipe(response);
      });
      stops.push(backend.stop);
      await route(backend.port);
      const body = randomBytes(8 * 1024 * 1024);
      for (const headers of [{ "content-length": body.length }, { "transfer-encoding": "chunked" }]) {
        const hash = createHash("sha256");
        await new Promise<void>((resolve, reject) => {
          const request = http.request({ port, method: "POST", path: "/", headers, agent: false }, (response) => {
            response.on("data", (piece: Buffer) => hash.update(piece));
            response.on("end", resolve);
            response.on("error", reject);
          });
          request.on("error", reject);
          request.end(body);
        });
        expect(hash.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
      }
    });

    it("are not piled up for a client that does not read", async () => {
      let sent = 0;
      const backend = await raw((socket) => {
        const block = Buffer.alloc(65_536, 120);
        const more = (): void => {
          while (!socket.destroyed) {
            sent += block.length;
            if (!socket.write(block)) return;
          }
        };
        socket.on("drain", more);
        onHead(socket, () => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          more();
        });
      });
      await route(backend.port);
      const client = connectRaw(port);
      client.send(get);
      await client.waitFor("xxx");
      client.socket.pause();
      let before = -1;
      await until("the instance is held back", async () => {
        const same = before === sent;
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return same && before === sent;
      });
      expect(sent).toBeLessThan(100_000_000);
      const size = client.received().length;
      client.socket.resume();
      await until("the stream goes on", () => client.received().length > size + 20_000_000);
      client.socket.destroy();
      await until("the instance sees the client leave", () => backend.sockets.size === 0);
    });

    it("pass on while the request is still being sent", async () => {
      const backend = await raw((socket) => {
        socket.on("data", (chunk: Buffer) => {
          if (chunk.toString().includes("first"))
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
          if (chunk.toString().includes("second")) socket.write("4\r\ndone\r\n0\r\n\r\n");
        });
      });
      await route(backend.port);
      const client = connectRaw(port);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nfirst");
      await client.waitFor("2\r\nok\r\n");
      client.send("second");
      expect(await client.waitFor("0\r\n\r\n")).toContain("4\r\ndone");
      client.socket.destroy();
    });
  });

  describe("an answer that breaks off", () => {
    it.each([
      ["counted", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
      ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
    ])("(%s) closes the client's connection without a proper end", async (_kind, text) => {
      const backend = await raw((socket) => onHead(socket, () => socket.end(text)));
      await route(backend.port);
      const client = connectRaw(port);
      client.send(get);
      const { text: received } = await client.closed();
      expect(received).toContain("half");
      expect(received).not.toContain("\r\n0\r\n\r\n");
      client.socket.destroy();
    });

    it("and has no length resets an HTTP/1.0 client, which could not tell otherwise", async () => {
      const backend = await raw((socket) =>
        onHead(socket, () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\nhalf");
          setTimeout(() => socket.resetAndDestroy(), 50);
        }),
      );
      await route(backend.port);
      const client = connectRaw(port);
      client.send("GET / HTTP/1.0\r\n\r\n");
      expect((await client.closed()).reset).toBe(true);
    });

    it("ends a chunked answer properly when the instance's end is its end", async () => {
      const backend = await raw((socket) => onHead(socket, () => socket.end("HTTP/1.1 200 OK\r\n\r\nwhole")));
      await route(backend.port);
      const client = connectRaw(port);
      client.send(get);
      await client.waitFor("5\r\nwhole\r\n0\r\n\r\n");
      client.socket.destroy();
    });
  });

  describe("what an instance must not send", () => {
    it.each([
      ["both framings", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
      ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
      ["a switch nobody wanted", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"],
      ["a head without end", `HTTP/1.1 200 OK\r\nX: ${"y".repeat(40_000)}`],
    ])("%s becomes 502", async (_what, text) => {
      const backend = await raw((socket) => onHead(socket, () => socket.write(text)));
      await route(backend.port);
      const answer = await exchangeRaw(port, get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      expect(statusOf(answer)).toBe(502);
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ error: { code: "upstreamFailed", serverGroup: "shop-v000" } });
    });

    it("an answer nobody asked for is never given to the next request", async () => {
      const backend = await raw((socket) =>
        onHead(socket, (head) => {
          const path = /^GET (\S+)/.exec(head)?.[1] ?? "";
          socket.write(
            `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`,
          );
        }),
      );
      await route(backend.port);
      const client = connectRaw(port);
      for (const path of ["/a", "/b", "/c"]) {
        client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await client.waitFor(path);
      }
      expect(client.received()).not.toContain("poison");
      client.socket.destroy();
    });
  });

  describe("limits of time", () => {
    it("an instance that does not answer becomes 504", async () => {
      const backend = await raw(() => {});
      await route(backend.port);
      const answer = await exchangeRaw(
        port,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
      );
      expect(statusOf(answer)).toBe(504);
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ error: { code: "upstreamTimeout", loadBalancer: "shop" } });
    });

    it("a client that is slow with its head hears 408", async () => {
      const backend = await raw(() => {});
      await route(backend.port);
      expect(statusOf(await exchangeRaw(port, "GET / HTTP/1.1\r\nHos"))).toBe(408);
    });

    it("a client that leaves takes its request away from the instance", async () => {
      const backend = await raw((socket) => socket.resume().on("end", () => socket.end()));
      await route(backend.port);
      for (const leave of ["destroy", "resetAndDestroy"] as const) {
        const client = connectRaw(port);
        client.send(get);
        await until("the request is under way", () => backend.sockets.size === 1);
        client.socket[leave]();
        await until("the instance sees it", () => backend.sockets.size === 0);
        await until("nothing is in flight", async () => (await inFlight()) === 0);
      }
    });
  });

  describe("upgrades", () => {
    const upgrade =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";

    it("become a tunnel both ways, and end with either side", async () => {
      let head = "";
      const backend = await raw((socket) => {
        socket.once("data", (chunk: Buffer) => {
          head = chunk.toString("latin1");
          socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nwelcome");
          socket.on("data", (piece: Buffer) => socket.write(Buffer.concat([Buffer.from("echo "), piece])));
          socket.on("end", () => socket.end("bye"));
        });
      });
      await route(backend.port);
      const client = connectRaw(port);
      client.send(`${upgrade}early`);
      const text = await client.waitFor("welcome");
      await client.waitFor("echo early");
      expect(text).toMatch(/^HTTP\/1\.1 101 [\s\S]*Connection: Upgrade\r\nUpgrade: websocket\r\n/);
      expect(head).toMatch(/Connection: Upgrade\r\nUpgrade: websocket\r\n/);
      client.send("\x81\x00\xff binary");
      await client.waitFor("echo \x81\x00\xff binary");
      expect(await inFlight()).toBe(1);
      client.socket.end();
      await client.waitFor("bye");
      await until("nothing is in flight", async () => (await inFlight()) === 0);
    });

    it("that the instance declines are ordinary answers", async () => {
      const backend = await raw((socket) =>
        onHead(socket, () => socket.write("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno")),
      );
      await route(backend.port);
      const client = connectRaw(port);
      client.send(upgrade + get);
      await until("both are answered", () => client.received().match(/426/g)?.length === 2);
      client.socket.destroy();
    });

    it("to cleartext HTTP/2 are not passed on", async () => {
      let head = "";
      const backend = await raw((socket) =>
        onHead(socket, (text) => {
          head = text;
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }),
      );
      await route(backend.port);
      const client = connectRaw(port);
      client.send(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
      );
      await client.waitFor("ok");
      expect(head).not.toMatch(/upgrade|http2/i);
      client.socket.destroy();
    });
  });
});
