import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SocketTarget } from "./api.ts";
import type { Address } from "./connections.ts";
import { createOpenSocket } from "./open-socket.ts";
import { outgoingSchema } from "./settings.ts";

const got: string[] = [];
const server: Server = createServer((socket) => void socket.on("data", (part: Buffer) => got.push(part.toString())));
const held = { port: 0 };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  held.port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const none = new AbortController().signal;
const target = (more: Partial<SocketTarget> = {}): SocketTarget => ({
  purpose: "audit",
  protocol: "tcp",
  host: "log.example",
  port: held.port,
  timeoutMs: 5_000,
  signal: none,
  ...more,
});
const four = (address: string): Address => ({ address, family: 4 });
const opener = (answers: Address[][], settings: object = {}, localAllowed = false) => {
  let asked = 0;
  return createOpenSocket({
    settings: outgoingSchema.parse(settings),
    localAllowed,
    resolve: async () => answers[Math.min(asked++, answers.length - 1)] ?? [],
  });
};

describe("a connection that is not HTTP", () => {
  test("is made to the address that was checked, although the name means another a moment later", async () => {
    const open = opener([[four("127.0.0.1")], [four("169.254.169.254")]], {
      policies: { audit: { allow: ["127.0.0.0/8"] } },
    });
    const socket = await open(target());
    await socket.write(Buffer.from("hello"));
    await expect.poll(() => got.join("")).toBe("hello");
    socket.close();
  });

  test.each<[string, Address[], object, string]>([
    ["link-local, whatever is configured", [four("169.254.169.254")], { configured: true }, "never called"],
    ["loopback that nobody configured", [four("127.0.0.1")], {}, "127.0.0.1|loopback|private"],
    ["one bad address among good ones", [four("93.184.216.34"), four("10.0.0.1")], {}, "private|loopback"],
    ["IPv4 inside IPv6", [{ address: "::ffff:127.0.0.1", family: 6 }], {}, "loopback|private"],
    ["a name without addresses", [], {}, "no address"],
  ])("to %s is refused", async (_what, addresses, more, words) => {
    for (const protocol of ["tcp", "tls", "udp"] as const)
      await expect(opener([addresses])(target({ protocol, ...more }))).rejects.toThrow(new RegExp(words));
  });

  test("keeps to the purpose's lists", async () => {
    const settings = { policies: { audit: { deny: ["log.example"] } } };
    await expect(opener([[four("127.0.0.1")]], settings, true)(target())).rejects.toThrow("deny list");
  });

  test("that nobody takes, or that is called off, is told without delay", async () => {
    const open = opener([[four("127.0.0.1")]], {}, true);
    await expect(open(target({ port: 1 }))).rejects.toMatchObject({ fault: "unreachable", retryable: true });
    await expect(open(target({ signal: AbortSignal.abort(new Error("enough")) }))).rejects.toThrow("enough");
  });
});
