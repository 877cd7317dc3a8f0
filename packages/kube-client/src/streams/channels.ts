import type { Duplex } from "node:stream";
import type { Sender } from "../http/sender.ts";
import { drained } from "./drained.ts";
import { createFrameReader, encodeFrame, opcodes } from "./frames.ts";
import { openUpgrade, type Upgrade } from "./upgrade.ts";

export type ChannelMessage = { channel: number; data: Buffer };

/** Kubernetes' streams in one WebSocket: the first byte of a message names its channel. */
export type Channels = {
  protocol: string;
  /** Resolves when more may be sent. */
  send(channel: number, data: Buffer): Promise<void>;
  /** Ends with the peer's close; throws when the connection breaks. Reading slowly slows the peer down. */
  messages(): AsyncGenerator<ChannelMessage, void, undefined>;
  close(): void;
};

const maxPayload = 64 * 1024 * 1024;
/** Proxies drop connections that are silent for a minute or more. */
const pingEveryMs = 30_000;

export async function openChannels(sender: Sender, upgrade: Upgrade): Promise<Channels> {
  const { socket, protocol } = await openUpgrade(sender, upgrade);
  const onAbort = () => socket.destroy();
  upgrade.signal?.addEventListener("abort", onAbort, { once: true });
  const ping = setInterval(() => socket.write(encodeFrame(opcodes.ping, Buffer.alloc(0))), pingEveryMs);
  ping.unref();
  // What breaks the socket is told by reading it.
  socket.on("error", () => {});
  socket.on("close", () => {
    clearInterval(ping);
    upgrade.signal?.removeEventListener("abort", onAbort);
  });
  return {
    protocol,
    async send(channel, data) {
      if (!socket.writable) return;
      const more = socket.write(encodeFrame(opcodes.binary, Buffer.concat([Buffer.from([channel]), data])));
      if (!more) await drained(socket);
    },
    messages: () => readMessages(socket),
    close() {
      if (socket.writable) socket.end(encodeFrame(opcodes.close, Buffer.from([0x03, 0xe8])));
      setTimeout(() => socket.destroy(), 1_000).unref();
    },
  };
}

async function* readMessages(socket: Duplex): AsyncGenerator<ChannelMessage, void, undefined> {
  const reader = createFrameReader(maxPayload);
  let parts: Buffer[] = [];
  let closed = false;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    for (const frame of reader.push(chunk)) {
      if (frame.opcode === opcodes.ping) socket.write(encodeFrame(opcodes.pong, frame.payload));
      if (frame.opcode === opcodes.close) {
        closed = true;
        socket.end(encodeFrame(opcodes.close, frame.payload));
      }
      if (frame.opcode > opcodes.binary) continue;
      parts.push(frame.payload);
      if (!frame.final) continue;
      const message = parts.length === 1 ? frame.payload : Buffer.concat(parts);
      parts = [];
      const channel = message[0];
      if (channel !== undefined) yield { channel, data: message.subarray(1) };
    }
    if (closed) return;
  }
  throw new Error("the connection ended without a close");
}
