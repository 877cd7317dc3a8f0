import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createBodyReader, maxChunkLine, maxTrailers } from "./body.ts";

interface Read {
  payload: string;
  used: number;
  done: boolean;
  fault: string | undefined;
  trailers: string;
}

/** Feeds a body cut at the given places, with what follows it in the stream. */
function read(kind: "chunked" | number, stream: Buffer, cuts: readonly number[]): Read {
  const reader = createBodyReader(kind === "chunked" ? { kind } : { kind: "length", length: kind });
  const edges = [0, ...[...cuts].sort((left, right) => left - right), stream.length];
  let payload = "";
  let used = 0;
  for (let index = 1; index < edges.length && !reader.done && reader.fault === undefined; index += 1) {
    const piece = stream.subarray(edges[index - 1], edges[index]);
    used += reader.push(piece, 0, (bytes) => {
      payload += bytes.toString("latin1");
    });
  }
  return { payload, used, done: reader.done, fault: reader.fault, trailers: reader.trailers };
}

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const wellFormed = 'a;name="v"\r\n0123456789\r\n3 \r\n\r\n!\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\n\r\n';

describe("chunked bodies", () => {
  it("are the same wherever the stream is cut once, and stop at their end", () => {
    const stream = latin1(`${wellFormed}GET / HTTP/1.1`);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      expect(read("chunked", stream, [cut])).toEqual({
        payload: "0123456789\r\n!",
        used: wellFormed.length,
        done: true,
        fault: undefined,
        trailers: "X-Sum: 7\r\n",
      });
    }
  });

  it("are the same for any cuts of any chunks", () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.string(),
        (chunks, cuts, rest) => {
          const framed = `${chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join("")}0\r\n\r\n`;
          const stream = Buffer.concat([latin1(framed), Buffer.from(rest)]);
          const inside = cuts.map((cut) => Math.min(cut, stream.length));
          expect(read("chunked", stream, inside)).toMatchObject({
            payload: chunks.join(""),
            used: framed.length,
            done: true,
          });
        },
      ),
    );
  });

  it.each([
    ["no size", "\r\n"],
    ["a size that is not hexadecimal", "g\r\n"],
    ["a signed size", "+1\r\na\r\n"],
    ["0x", "0x1\r\na\r\n"],
    ["a size beyond what numbers hold", "fffffffffffffff\r\n"],
    ["a bare LF after the size", "1\na\r\n0\r\n\r\n"],
    ["more data than the size says", "1\r\nab\r\n"],
    ["a bare LF after the data", "1\r\na\n0\r\n\r\n"],
    ["a bare CR in an extension", "1;a\rb\r\na\r\n"],
    ["a bare LF after a trailer", "0\r\nX: 1\n\r\n"],
    ["a folded trailer", "0\r\nX: 1\r\n y\r\n\r\n"],
    ["a trailer without a colon", "0\r\nnonsense\r\n\r\n"],
    ["a NUL in a trailer", "0\r\nX: a\0\r\n\r\n"],
    ["a long size line", `1;${"x".repeat(maxChunkLine)}\r\na\r\n`],
    ["long trailers", `0\r\n${`X: ${"y".repeat(1000)}\r\n`.repeat(maxTrailers / 1000 + 1)}\r\n`],
  ])("refuse %s wherever the stream is cut", (_what, text) => {
    const stream = latin1(text);
    const step = Math.max(1, Math.floor(stream.length / 50));
    for (let cut = 0; cut <= stream.length; cut += step) {
      expect(read("chunked", stream, [cut]).fault).toEqual(expect.any(String));
    }
  });

  it("drop trailers that would frame, route or authenticate", () => {
    const text = "0\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: y\r\nX-Ok: z\r\n\r\n";
    expect(read("chunked", latin1(text), []).trailers).toBe("X-Ok: z\r\n");
  });
});

describe("counted bodies", () => {
  it("take exactly their length, wherever the stream is cut", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.array(fc.nat(60), { maxLength: 6 }), (body, rest, cuts) => {
        const bytes = Buffer.from(body);
        const stream = Buffer.concat([bytes, Buffer.from(rest)]);
        const inside = cuts.map((cut) => Math.min(cut, stream.length));
        const result = read(bytes.length, stream, inside);
        expect(result).toMatchObject({ payload: bytes.toString("latin1"), used: bytes.length, done: true });
      }),
    );
  });
});

describe("bodies without length", () => {
  it("end only with the connection", () => {
    const reader = createBodyReader({ kind: "close" });
    expect(reader.push(latin1("abc"), 1, () => {})).toBe(3);
    expect(reader).toMatchObject({ done: false, endsWithConnection: true });
  });
});
