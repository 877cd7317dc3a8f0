import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

export type ServerSocket = {
  /** One binary message. */
  send(data: Buffer): void;
  /** A normal close. */
  close(): void;
  /** No close frame: the connection breaks. */
  destroy(): void;
};

/** Accepts a WebSocket and hands over each binary message; what a test peer needs of RFC 6455, no more. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  protocol: string,
  handlers: { message(data: Buffer): void; closed(): void },
): ServerSocket {
  const key = String(request.headers["sec-websocket-key"]);
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(
    [...head, `Sec-WebSocket-Accept: ${accept}`, `Sec-WebSocket-Protocol: ${protocol}`, "", ""].join("\r\n"),
  );
  let pending = Buffer.alloc(0);
  let message: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = readFrame(pending); frame !== null; frame = readFrame(pending)) {
      pending = pending.subarray(frame.size);
      if (frame.opcode === 8) {
        socket.end(frameOf(8, frame.payload));
        return;
      }
      if (frame.opcode === 9) socket.write(frameOf(10, frame.payload));
      if (frame.opcode > 2) continue;
      message.push(frame.payload);
      if (!frame.final) continue;
      handlers.message(Buffer.concat(message));
      message = [];
    }
  });
  socket.on("error", () => {});
  socket.on("close", handlers.closed);
  return {
    send: (data) => void socket.write(frameOf(2, data)),
    close: () => void socket.end(frameOf(8, Buffer.from([0x03, 0xe8]))),
    destroy: () => void socket.destroy(),
  };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, size]) : Buffer.alloc(size < 65536 ? 4 : 10);
  if (size >= 126) {
    head[0] = 0x80 | opcode;
    head[1] = size < 65536 ? 126 : 127;
    if (size < 65536) head.writeUInt16BE(size, 2);
    else head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}

function readFrame(data: Buffer): { size: number; final: boolean; opcode: number; payload: Buffer } | null {
  if (data.length < 6) return null;
  const first = data.readUInt8(0);
  const short = data.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (data.length < 6 + extra) return null;
  const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  const start = 2 + extra + 4;
  if (data.length < start + length) return null;
  const mask = data.subarray(2 + extra, start);
  const payload = Buffer.from(data.subarray(start, start + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return { size: start + length, final: (first & 0x80) !== 0, opcode: first & 0x0f, payload };
}
