import type { Socket } from "node:net";

import type { BodyReader } from "../http1/body.ts";
import { createBodyReader } from "../http1/body.ts";
import type { RequestHead, ResponseHead } from "../http1/head.ts";
import type { OutFraming } from "./forward.ts";
import { buildResponseHead } from "./forward.ts";

/** Answers up to this size that arrive whole are written with their head in one piece. */
const oneWriteBytes = 32_768;
const smallPayload = 4096;

/** Writes one answer of an instance to the client while it arrives. */
export interface ResponseRelay {
  /** The whole answer was written. */
  done: boolean;
  /** Set when the instance broke its framing; the client's connection must be closed then. */
  fault: string | undefined;
  /** Whether the client's connection may be kept afterwards. */
  keepAlive: boolean;
  framing: OutFraming;
  /** Writes the head and what is there of the body; returns the index after the last byte used. */
  begin(response: ResponseHead, request: RequestHead, options: RelayOptions, bytes: Buffer, start: number): number;
  data(bytes: Buffer, start: number): number;
  /** The instance closed its side: true when that is how this answer ends. */
  end(): boolean;
}

interface RelayOptions {
  keepAlive: boolean;
  via: boolean;
}

export function createRelay(socket: Socket): ResponseRelay {
  let reader: BodyReader;

  const writePayload = (payload: Buffer): void => {
    if (relay.framing !== "chunked") {
      socket.write(payload);
      return;
    }
    const size = payload.length.toString(16);
    if (payload.length <= smallPayload) {
      socket.write(`${size}\r\n${payload.toString("latin1", 0, payload.length)}\r\n`, "latin1");
      return;
    }
    socket.write(`${size}\r\n`, "latin1");
    socket.write(payload);
    socket.write("\r\n", "latin1");
  };

  const complete = (): void => {
    relay.done = true;
    if (relay.framing === "chunked") socket.write(`0\r\n${reader.trailers}\r\n`, "latin1");
  };

  const relay: ResponseRelay = {
    done: false,
    fault: undefined,
    keepAlive: false,
    framing: "none",
    begin: (response, request, options, bytes, start) => {
      const { framing } = response;
      relay.done = false;
      relay.fault = undefined;
      relay.framing = outFraming(response, request.minor);
      relay.keepAlive = options.keepAlive && relay.framing !== "close";
      const head = buildResponseHead(response, {
        minor: request.minor,
        keepAlive: relay.keepAlive,
        framing: relay.framing,
        via: options.via,
        upgrade: undefined,
      });
      if (framing.kind === "none") {
        relay.done = true;
        socket.write(head, "latin1");
        return start;
      }
      if (framing.kind === "length") {
        const end = start + framing.length;
        if (end <= bytes.length && framing.length <= oneWriteBytes) {
          relay.done = true;
          socket.write(head + bytes.toString("latin1", start, end), "latin1");
          return end;
        }
      }
      reader = createBodyReader(framing);
      socket.cork();
      socket.write(head, "latin1");
      const used = relay.data(bytes, start);
      socket.uncork();
      return used;
    },
    data: (bytes, start) => {
      socket.cork();
      const used = reader.push(bytes, start, writePayload);
      if (reader.fault !== undefined) relay.fault = reader.fault;
      else if (reader.done) complete();
      socket.uncork();
      return used;
    },
    end: () => {
      if (relay.done || relay.fault !== undefined || !reader.endsWithConnection) return false;
      complete();
      return true;
    },
  };
  return relay;
}

function outFraming(response: ResponseHead, minor: 0 | 1): OutFraming {
  switch (response.framing.kind) {
    case "none":
      return "none";
    case "length":
      return "length";
    default:
      return minor === 1 ? "chunked" : "close";
  }
}
