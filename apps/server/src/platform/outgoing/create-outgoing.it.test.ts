import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { OutgoingRequest } from "./api.ts";
import type { OutgoingOptions } from "./create-outgoing.ts";
import { createOutgoing } from "./create-outgoing.ts";
import { outgoingSchema } from "./settings.ts";

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let next = releases.pop(); next !== undefined; next = releases.pop()) await next();
});
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const pem = (name: string) => readFileSync(fixture(name), "utf8");

async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  releases.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener) => listen(createServer(listener));
const answer = (text: string) => (_request: IncomingMessage, response: ServerResponse) => void response.end(text);

function client(section: object = {}, more: Partial<OutgoingOptions> = {}) {
  const outgoing = createOutgoing({ settings: outgoingSchema.parse(section), localAllowed: true, env: {}, ...more });
  releases.push(() => outgoing.close());
  return outgoing;
}
const get = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  purpose: "webhook",
  method: "GET",
  url,
  headers: {},
  body: null,
  timeoutMs: 10_000,
  maxBytes: 1_000,
  signal: new AbortController().signal,
  ...more,
});

test("sends what is asked and gives status, headers and text", async () => {
  const port = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.writeHead(201, { "X-Seen": `${request.method} ${request.url} ${request.headers["x-a"]}` });
    response.end(`got ${Buffer.concat(chunks).toString()}`);
  });
  const given = await client().send(
    get(`http://127.0.0.1:${port}/p?q=1`, { method: "POST", body: "körper", headers: { "X-A": "b" } }),
  );
  expect(given).toMatchObject({ status: 201, body: "got körper", truncated: false });
  expect(given.headers["x-seen"]).toBe("POST /p?q=1 b");
});

test.each(["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])(
  "a server that is open to others calls no loopback address: %s",
  async (host) => {
    const port = await serve(answer("inside"));
    const url = `http://${host}:${port}/secret-path?key=canary`;
    const error = await client({}, { localAllowed: false })
      .send(get(url))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ fault: "refused", retryable: false });
    expect(String(error)).not.toMatch(/secret-path|canary/);
  },
);

test("what the operator configured or allowed is called, link-local never", async () => {
  const port = await serve(answer("inside"));
  const url = `http://127.0.0.1:${port}/`;
  const open = { localAllowed: false };
  expect(await client({}, open).send(get(url, { configured: true }))).toMatchObject({ body: "inside" });
  const allowing = client({ policies: { webhook: { allow: ["127.0.0.0/8"] } } }, open);
  expect(await allowing.send(get(url))).toMatchObject({ body: "inside" });
  await expect(allowing.send(get(url, { purpose: "artifact" }))).rejects.toMatchObject({ fault: "refused" });
  for (const host of ["169.254.169.254", "[fe80::1]", "0.0.0.0", "metadata.google.internal"])
    await expect(client().send(get(`http://${host}/`, { configured: true }))).rejects.toMatchObject({
      fault: "refused",
    });
});

test("a name that changes between two look-ups reaches nothing that was not checked", async () => {
  let reached = 0;
  const port = await serve((_request, response) => {
    reached += 1;
    response.end("inside");
  });
  const answers = ["127.0.0.2", "127.0.0.1"];
  let asked = 0;
  const outgoing = client(
    { policies: { webhook: { allow: ["127.0.0.2"] } } },
    {
      localAllowed: false,
      resolve: async () => {
        const address = answers[Math.min(asked, answers.length - 1)] ?? "";
        asked += 1;
        return [{ address, family: 4 as const }];
      },
    },
  );
  const url = `http://rebind.example:${port}/`;
  // Had the name been looked up again to connect, the second answer would have reached the server.
  await expect(outgoing.send(get(url))).rejects.toMatchObject({ fault: "unreachable" });
  expect(asked).toBe(1);
  await expect(outgoing.send(get(url))).rejects.toMatchObject({ fault: "refused" });
  expect(reached).toBe(0);
});

test("one bad address among good ones is enough to refuse a name", async () => {
  const resolve = async () => [
    { address: "93.184.216.34", family: 4 as const },
    { address: "::ffff:169.254.169.254", family: 6 as const },
  ];
  await expect(client({}, { resolve }).send(get("http://mixed.example/"))).rejects.toMatchObject({ fault: "refused" });
});

test("connections of one purpose are not lent to another", async () => {
  const port = await serve(answer("inside"));
  const resolve = async () => [{ address: "127.0.0.1", family: 4 as const }];
  const outgoing = client({ policies: { oidc: { allow: ["127.0.0.1"] } } }, { localAllowed: false, resolve });
  const url = `http://issuer.example:${port}/`;
  expect(await outgoing.send(get(url, { purpose: "oidc" }))).toMatchObject({ body: "inside" });
  await expect(outgoing.send(get(url))).rejects.toMatchObject({ fault: "refused" });
  await expect(outgoing.send(get(url, { purpose: "artifact" }))).rejects.toMatchObject({ fault: "refused" });
});

test("redirects are answers unless they are asked for, and each is checked", async () => {
  const inner = await serve((request, response) => void response.end(request.headers.authorization ?? "none"));
  const port = await serve((request, response) => {
    const to =
      request.url === "/away"
        ? `http://127.0.0.1:${inner}/`
        : request.url === "/loop"
          ? "/loop"
          : "http://169.254.169.254/";
    response.writeHead(302, { location: to }).end("moved");
  });
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const headers = { authorization: "Bearer canary" };
  const outgoing = client();
  expect(await outgoing.send(get(at("/away")))).toMatchObject({ status: 302, body: "moved" });
  expect(await outgoing.send(get(at("/away"), { redirects: 3, headers }))).toMatchObject({ status: 200, body: "none" });
  await expect(outgoing.send(get(at("/loop"), { redirects: 3 }))).rejects.toMatchObject({ fault: "redirect" });
  await expect(outgoing.send(get(at("/meta"), { redirects: 3 }))).rejects.toMatchObject({ fault: "refused" });
  const strict = client({}, { localAllowed: false });
  await expect(strict.send(get(at("/away"), { redirects: 3, configured: true }))).rejects.toMatchObject({
    fault: "refused",
  });
});

test("answers without end are cut, streams of them end with an error", async () => {
  const port = await serve((_request, response) => {
    const timer = setInterval(() => response.write("x".repeat(400)), 1);
    response.on("close", () => clearInterval(timer));
  });
  const url = `http://127.0.0.1:${port}/`;
  const cut = await client().send(get(url));
  expect([cut.truncated, cut.body.length]).toEqual([true, 1_000]);
  const stream = await client().open(get(url));
  await expect(drain(stream.body)).rejects.toMatchObject({ fault: "tooLong", retryable: false });
});

test.each([
  ["says nothing", () => {}],
  ["sends headers letter by letter", (socket: Socket) => drip(socket, "HTTP/1.1 200 OK\r\nx-long: ", "y")],
  ["never ends its body", (socket: Socket) => drip(socket, "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n", "y")],
])("a server that %s ends in time", async (_what, behave) => {
  const port = await listen(createTcpServer((socket) => behave(socket)));
  const url = `http://127.0.0.1:${port}/path?key=canary`;
  await expect(client().send(get(url, { timeoutMs: 150 }))).rejects.toMatchObject({
    fault: "timeout",
    message: `http://127.0.0.1:${port} did not answer in full within 0.15 s.`,
  });
});

async function drain(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  return size;
}

function drip(socket: Socket, first: string, then: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(then), 5);
  socket.on("close", () => clearInterval(timer));
}

test("headers without end are refused, and what is not HTTP is said", async () => {
  const flood = await listen(
    createTcpServer((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`)),
  );
  const noise = await listen(createTcpServer((socket) => void socket.end("SSH-2.0-OpenSSH_9\r\n")));
  await expect(client().send(get(`http://127.0.0.1:${flood}/`))).rejects.toMatchObject({ fault: "tooLong" });
  await expect(client().send(get(`http://127.0.0.1:${noise}/`))).rejects.toMatchObject({ fault: "unreachable" });
});

test("the caller's own abort comes back as it was", async () => {
  const port = await listen(createTcpServer(() => {}));
  const stop = new AbortController();
  const sent = client().send(get(`http://127.0.0.1:${port}/`, { signal: stop.signal }));
  stop.abort(new Error("canceled by ann"));
  await expect(sent).rejects.toThrow("canceled by ann");
});

test("faults are told without paths, queries, passwords and headers", async () => {
  const gone = await serve(answer(""));
  await releases.pop()?.();
  const cases: [OutgoingRequest, string][] = [
    [get(`http://user:canary@127.0.0.1:${gone}/canary?a=canary`), "unreachable"],
    [get("http://nowhere.invalid/canary"), "unresolved"],
    [get("ftp://h/canary"), "address"],
    [get("http+unix://%2Fcanary.sock/"), "address"],
    [get("canary"), "address"],
    [get(`http://127.0.0.1:${gone}/`, { headers: { "x-a": "canary\r\nx-b: c" } }), "request"],
    [get(`http://127.0.0.1:${gone}/`, { method: "canary canary" }), "request"],
  ];
  for (const [request, fault] of cases) {
    const error = await client(
      {},
      {
        resolve: async () => {
          throw Object.assign(new Error("x"), { code: "ENOTFOUND" });
        },
      },
    )
      .send(request)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "OutgoingError", fault });
    expect(String((error as Error).message)).not.toContain("canary");
  }
});

test("TLS: an own authority must be configured, a client certificate is shown where it is named or its host is called", async () => {
  const tls = {
    cert: pem("server.pem"),
    key: pem("server-key.pem"),
    ca: pem("ca.pem"),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const port = await listen(createTlsServer(tls, answer("mutual")));
  const url = `https://server.test:${port}/`;
  const resolve = async () => [{ address: "127.0.0.1", family: 4 as const }];
  const files = { cert: fixture("client.pem"), key: fixture("client-key.pem") };
  const section = { ca: [fixture("ca.pem")], clientCertificates: { mine: files } };
  await expect(client({}, { resolve }).send(get(url))).rejects.toMatchObject({ fault: "tls" });
  const outgoing = client(section, { resolve });
  expect(await outgoing.send(get(url, { clientCertificate: "mine" }))).toMatchObject({ body: "mutual" });
  await expect(outgoing.send(get(url))).rejects.toThrow();
  await expect(outgoing.send(get(url, { clientCertificate: "other" }))).rejects.toThrow(
    /no client certificate "other"/,
  );
  const byHost = { ...section, clientCertificates: { mine: { ...files, hosts: ["*.test"] } } };
  expect(await client(byHost, { resolve }).send(get(url))).toMatchObject({ body: "mutual" });
  await expect(client({ ca: ["/nowhere/ca.pem"] }).send(get(url))).rejects.toThrow(/cannot be read \(ENOENT\)/);
});

test("a proxy is asked for names outside, and not for what the guard refuses", async () => {
  const seen: string[] = [];
  const target = await listen(
    createTlsServer({ cert: pem("server.pem"), key: pem("server-key.pem") }, answer("through")),
  );
  const proxyServer = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end("forwarded");
  });
  proxyServer.on("connect", (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    const up = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      up.pipe(socket).pipe(up);
    });
    up.on("error", () => socket.destroy());
    socket.on("error", () => up.destroy());
  });
  const proxy = `http://127.0.0.1:${await listen(proxyServer)}`;
  const unknown = async () => {
    throw Object.assign(new Error("x"), { code: "ENOTFOUND" });
  };
  const section = { ca: [fixture("ca.pem")], proxy: { http: proxy, https: proxy } };
  const outgoing = client(section, { resolve: unknown, localAllowed: false });
  expect(await outgoing.send(get("http://outside.example/x"))).toMatchObject({ body: "forwarded" });
  expect(await outgoing.send(get("https://server.test/x"))).toMatchObject({ body: "through" });
  await expect(outgoing.send(get("http://10.0.0.1/x"))).rejects.toMatchObject({ fault: "refused" });
  await expect(outgoing.send(get("http://169.254.169.254/x"))).rejects.toMatchObject({ fault: "refused" });
  const inside = async () => [{ address: "10.0.0.1", family: 4 as const }];
  const knowing = client(section, { resolve: inside, localAllowed: false });
  await expect(knowing.send(get("http://inside.example/"))).rejects.toMatchObject({ fault: "refused" });
  expect(seen).toEqual(["GET http://outside.example/x", "CONNECT server.test:443"]);
});
