import type { BodyFraming } from "./framing.ts";
import { isFault, parseFields } from "./fields.ts";

/** Longest chunk-size line with its extensions, and longest trailer section, in bytes. */
export const maxChunkLine = 4096;
export const maxTrailers = 16_384;

/**
 * Finds the end of one body in a byte stream that is cut anywhere. Chunked framing is removed: what comes out is payload
 * only, so that it is framed anew and no two parsers can disagree about it.
 */
export interface BodyReader {
  done: boolean;
  /** Set when the framing is malformed: the connection must not be used further. */
  fault: string | undefined;
  /** The body has no other end than the end of the connection. */
  readonly endsWithConnection: boolean;
  /** Trailer lines that may be passed on, each ended by CRLF; "" when there are none. */
  trailers: string;
  /**
   * Reads from `start`, hands payload to `sink` in order and returns the index after the last byte that belongs to this
   * body. Everything up to the end of `bytes` is consumed unless `done`.
   */
  push(bytes: Buffer, start: number, sink: (payload: Buffer) => void): number;
}

export function createBodyReader(framing: BodyFraming): BodyReader {
  switch (framing.kind) {
    case "none":
      return { done: true, fault: undefined, endsWithConnection: false, trailers: "", push: (_bytes, start) => start };
    case "length":
      return lengthReader(framing.length);
    case "chunked":
      return chunkedReader();
    case "close":
      return {
        done: false,
        fault: undefined,
        endsWithConnection: true,
        trailers: "",
        push: (bytes, start, sink) => {
          if (start < bytes.length) sink(start === 0 ? bytes : bytes.subarray(start));
          return bytes.length;
        },
      };
  }
}

function lengthReader(length: number): BodyReader {
  let left = length;
  const reader: BodyReader = {
    done: length === 0,
    fault: undefined,
    endsWithConnection: false,
    trailers: "",
    push: (bytes, start, sink) => {
      const end = Math.min(bytes.length, start + left);
      if (end > start) {
        left -= end - start;
        reader.done = left === 0;
        sink(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
      }
      return end;
    },
  };
  return reader;
}

type Phase = "size" | "data" | "dataEnd" | "trailers";

// A chunk extension is ignored, but it may hold no control character except tab (RFC 9112 §7.1.1).
const sizeLine = /^([0-9A-Fa-f]{1,13})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

function chunkedReader(): BodyReader {
  let phase: Phase = "size";
  let left = 0;
  let line = "";
  let trailerBytes = 0;
  const trailerLines: string[] = [];

  const fail = (fault: string, end: number): number => {
    reader.fault = fault;
    return end;
  };

  /** Takes one line that ends with CRLF; undefined when it is not complete yet. */
  const takeLine = (bytes: Buffer, start: number): { text: string; next: number } | undefined => {
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (line.length + end - start > (phase === "size" ? maxChunkLine : maxTrailers)) {
      reader.fault = phase === "size" ? "a chunk-size line is too long" : "the trailers are too long";
      return undefined;
    }
    line += bytes.toString("latin1", start, end);
    if (feed < 0) return undefined;
    const text = line;
    line = "";
    if (!text.endsWith("\r\n")) {
      reader.fault = "a line of the chunked framing ends with a bare LF";
      return undefined;
    }
    return { text: text.slice(0, -2), next: end };
  };

  const finish = (): void => {
    reader.done = true;
    if (trailerLines.length > 0) reader.trailers = passableTrailers(trailerLines, reader);
  };

  const reader: BodyReader = {
    done: false,
    fault: undefined,
    endsWithConnection: false,
    trailers: "",
    push: (bytes, start, sink) => {
      let at = start;
      while (at < bytes.length && !reader.done) {
        if (phase === "data") {
          const end = Math.min(bytes.length, at + left);
          sink(bytes.subarray(at, end));
          left -= end - at;
          at = end;
          if (left === 0) phase = "dataEnd";
          continue;
        }
        if (phase === "dataEnd") {
          // CR and LF may arrive apart; `line` holds the CR in between.
          const expected = line === "" ? 13 : 10;
          if (bytes[at] !== expected) return fail("a chunk is longer than its size says", bytes.length);
          line = expected === 13 ? "\r" : "";
          if (expected === 10) phase = "size";
          at += 1;
          continue;
        }
        const taken = takeLine(bytes, at);
        if (!taken) return bytes.length;
        at = taken.next;
        if (phase === "size") {
          const match = sizeLine.exec(taken.text);
          if (!match) return fail("a chunk size is malformed", bytes.length);
          left = Number.parseInt(match[1] as string, 16);
          phase = left === 0 ? "trailers" : "data";
        } else if (taken.text === "") finish();
        else {
          trailerBytes += taken.text.length + 2;
          if (trailerBytes > maxTrailers) return fail("the trailers are too long", bytes.length);
          trailerLines.push(taken.text);
        }
      }
      return at;
    },
  };
  return reader;
}

// RFC 9110 §6.5.1: framing, routing, authentication and controls must not come in trailers.
const neverTrailers = new Set([
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "content-type",
  "content-range",
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "authorization",
  "proxy-authorization",
  "proxy-authenticate",
  "www-authenticate",
  "set-cookie",
  "cookie",
  "cache-control",
  "expect",
  "max-forwards",
  "range",
]);

function passableTrailers(lines: readonly string[], reader: BodyReader): string {
  const fields = parseFields(lines, 0);
  if (isFault(fields) || lines.some((text) => /[^\t\x20-\x7e\x80-\xff]/.test(text))) {
    reader.fault = isFault(fields) ? `trailers: ${fields.fault}` : "the trailers hold a control character";
    return "";
  }
  let text = "";
  for (const [index, name] of fields.names.entries()) {
    if (!neverTrailers.has(fields.lower[index] as string)) text += `${name}: ${fields.values[index] as string}\r\n`;
  }
  return text;
}
