import { randomFillSync } from "node:crypto";

export type Frame = { final: boolean; opcode: number; payload: Buffer };

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** One masked frame, as a client has to send it (RFC 6455, section 5). */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + extra + 4 + size);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? size : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(size, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  const start = 2 + extra;
  const mask = randomFillSync(frame.subarray(start, start + 4));
  for (let at = 0; at < size; at += 1) frame[start + 4 + at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return frame;
}

/** Cuts a byte stream into frames. Throws a `RangeError` for a frame above `maxPayload`. */
export function createFrameReader(maxPayload: number): { push(chunk: Buffer): Frame[] } {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = 2;

  return {
    push(chunk) {
      parts.push(chunk);
      size += chunk.length;
      const frames: Frame[] = [];
      while (size >= needed) {
        const data = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts, size);
        const head = readHead(data);
        needed = head === null ? data.length + 1 : head.start + head.length;
        if (head !== null && head.length > maxPayload)
          throw new RangeError(`a frame of ${head.length} bytes is too large`);
        if (head === null || size < needed) {
          parts = [data];
          break;
        }
        frames.push({ final: head.final, opcode: head.opcode, payload: data.subarray(head.start, needed) });
        const rest = data.subarray(needed);
        parts = rest.length === 0 ? [] : [rest];
        size = rest.length;
        needed = 2;
      }
      return frames;
    },
  };
}

function readHead(data: Buffer): { final: boolean; opcode: number; start: number; length: number } | null {
  if (data.length < 2) return null;
  const first = data.readUInt8(0);
  const short = data.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (data.length < 2 + extra) return null;
  const length = extra === 2 ? data.readUInt16BE(2) : extra === 8 ? Number(data.readBigUInt64BE(2)) : short;
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, start: 2 + extra, length };
}
