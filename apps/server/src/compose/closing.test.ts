import Fastify from "fastify";
import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createClosing } from "./closing.ts";

async function serve(slow: Promise<unknown> = Promise.resolve()) {
  const server = Fastify({ logger: false });
  server.get("/", async () => {
    await slow;
    return "done";
  });
  const close = createClosing(server);
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { close, port: Number(new URL(url).port) };
}

async function socketTo(port: number, text = "") {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  return { socket, received: () => received, closed: once(socket, "close") };
}

const get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

test("closes connections that are kept open and those that never sent anything, without waiting for the grace", async () => {
  const { close, port } = await serve();
  const silent = await socketTo(port);
  const kept = await socketTo(port, get);
  await once(kept.socket, "data");
  await close(600_000);
  await Promise.all([silent.closed, kept.closed]);
});

test("lets a request under way end", async () => {
  let finish: (value: unknown) => void = () => undefined;
  const { close, port } = await serve(new Promise((resolve) => (finish = resolve)));
  const busy = await socketTo(port, get);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closed = close(600_000);
  finish(null);
  await closed;
  await busy.closed;
  expect(busy.received()).toContain("done");
});

test("cuts off what takes longer than the grace", async () => {
  const { close, port } = await serve(new Promise(() => undefined));
  const stuck = await socketTo(port, get);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await close(50);
  await stuck.closed;
  expect(stuck.received()).toBe("");
});
