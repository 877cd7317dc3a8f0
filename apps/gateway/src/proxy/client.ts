import type { Socket } from "node:net";

import { createBodyReader } from "../http1/body.ts";
import type { BodyReader } from "../http1/body.ts";
import type { HeadFault } from "../http1/fields.ts";
import { isFault } from "../http1/fields.ts";
import { parseRequestHead } from "../http1/head.ts";
import { buildOwnAnswer } from "./answer.ts";
import { classOf, increment } from "./counters.ts";
import type { Exchange, ExchangeClient } from "./exchange.ts";
import { createExchange, maxHeadBytes } from "./exchange.ts";
import type { BalancerRuntime } from "./model.ts";
import type { Plane } from "./plane.ts";
import { defaults } from "./timeouts.ts";

/** Requests a client sends ahead are read up to this size. */
const maxAheadBytes = 65_536;
/** After a refused request the rest of what the client sends is read this long, so that it can see the answer. */
const lingerMs = 1_000;
/** A draining gateway closes connections that sent nothing for this long. */
const drainIdleMs = 1_000;

const headEnd = Buffer.from("\r\n\r\n");

export interface ClientConnection {
  /** Checks the limits of time; `now` is performance.now(). */
  tick(now: number): void;
  destroy(): void;
}

/** Serves one accepted connection until it closes; `closed` is called once then. */
export function serveClient(
  socket: Socket,
  balancer: BalancerRuntime,
  plane: Plane,
  closed: (connection: ClientConnection) => void,
): ClientConnection {
  let pending: Buffer | undefined;
  let pumping = false;
  /** The answer was the last: what still comes is read and dropped until this time. */
  let lingerUntil: number | undefined;
  let reader: BodyReader | undefined;
  let quietSince = plane.coarseNow;
  let minor: 0 | 1 = 1;
  let headOnly = false;

  const end = (): void => {
    lingerUntil = plane.coarseNow + lingerMs;
    pending = undefined;
    socket.end();
    if (socket.isPaused()) socket.resume();
  };

  const client: ExchangeClient = {
    socket,
    address: plainAddress(socket.remoteAddress),
    ended: false,
    ownAnswer: (answer, keepAlive) => {
      socket.write(buildOwnAnswer(answer, { head: headOnly, keepAlive, minor }));
    },
    tunnelOpened: () => {
      if (socket.isPaused()) socket.resume();
      pump();
    },
    finished: (keepAlive) => {
      reader = undefined;
      quietSince = plane.coarseNow;
      if (!keepAlive) {
        end();
        return;
      }
      if (socket.isPaused()) socket.resume();
      pump();
    },
    destroy: (reset) => {
      if (reset) socket.resetAndDestroy();
      else socket.destroy();
    },
  };
  const exchange: Exchange = createExchange(client, plane);

  const refuse = (problem: HeadFault | { status: 408; fault: string }): void => {
    increment(balancer.unrouted, classOf(problem.status));
    const code = problem.status === 408 ? "requestTimeout" : "badRequest";
    minor = 1;
    headOnly = false;
    client.ownAnswer({ status: problem.status, code, message: problem.fault, loadBalancer: balancer.name }, false);
    end();
  };

  /** Reads one request head from `pending`; false when it is not complete. */
  const readHead = (bytes: Buffer): boolean => {
    let start = 0;
    // RFC 9112 §2.2: empty lines before a request line are ignored.
    while (bytes[start] === 13 && bytes[start + 1] === 10) start += 2;
    const stop = bytes.indexOf(headEnd, start);
    if (stop < 0 || stop - start > maxHeadBytes) {
      if (bytes.length - start > maxHeadBytes) {
        refuse({ status: 431, fault: `the request head is larger than ${maxHeadBytes} bytes` });
      } else {
        const feed = bytes.indexOf(10, start);
        if (feed >= start && (feed === start || bytes[feed - 1] !== 13)) {
          refuse({ status: 400, fault: "a line of the request head ends with a bare LF" });
        } else pending = start === bytes.length ? undefined : start === 0 ? bytes : bytes.subarray(start);
      }
      return false;
    }
    const parsed = parseRequestHead(bytes.toString("latin1", start, stop));
    if (isFault(parsed)) {
      refuse(parsed);
      return false;
    }
    pending = stop + 4 < bytes.length ? bytes.subarray(stop + 4) : undefined;
    minor = parsed.minor;
    headOnly = parsed.method === "HEAD";
    reader = parsed.framing.kind === "none" ? undefined : createBodyReader(parsed.framing);
    exchange.begin(balancer, parsed);
    return true;
  };

  const readBody = (bytes: Buffer, body: BodyReader): void => {
    pending = undefined;
    const used = body.push(bytes, 0, exchange.body);
    if (body.fault !== undefined) {
      reader = undefined;
      exchange.badRequest(`the request body is malformed: ${body.fault}`);
      return;
    }
    if (!body.done) return;
    reader = undefined;
    if (used < bytes.length) pending = bytes.subarray(used);
    exchange.requestComplete(body.trailers);
  };

  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    while (pending !== undefined && lingerUntil === undefined && !socket.destroyed) {
      if (exchange.tunnel) {
        const bytes = pending;
        pending = undefined;
        exchange.tunnel.fromClient(bytes);
      } else if (exchange.active) {
        if (reader) readBody(pending, reader);
        else {
          if (pending.length > maxAheadBytes) socket.pause();
          break;
        }
      } else if (!readHead(pending)) break;
    }
    pumping = false;
    if (client.ended && !exchange.active && lingerUntil === undefined) end();
  };

  const connection: ClientConnection = {
    tick: (now) => {
      if (lingerUntil !== undefined) {
        if (now > lingerUntil && socket.writableLength === 0) socket.destroy();
        else if (now > lingerUntil + (balancer.config.timeouts?.idleMs ?? defaults.idleMs)) socket.destroy();
        return;
      }
      if (exchange.active) {
        exchange.tick(now);
        return;
      }
      const { timeouts } = balancer.config;
      if (pending !== undefined) {
        const limit = timeouts?.clientHeadMs ?? defaults.clientHeadMs;
        if (now - quietSince > limit) refuse({ status: 408, fault: `no complete request head within ${limit} ms` });
        return;
      }
      const limit = plane.draining ? drainIdleMs : (timeouts?.clientIdleMs ?? defaults.clientIdleMs);
      if (now - quietSince > limit) end();
    },
    destroy: () => {
      socket.destroy();
    },
  };

  socket.on("data", (chunk: Buffer) => {
    if (lingerUntil !== undefined) return;
    if (exchange.tunnel) {
      exchange.tunnel.fromClient(chunk);
      return;
    }
    if (pending === undefined) {
      if (!exchange.active) quietSince = plane.coarseNow;
      pending = chunk;
    } else pending = Buffer.concat([pending, chunk]);
    pump();
  });
  socket.on("end", () => {
    client.ended = true;
    if (exchange.tunnel) exchange.tunnel.clientEnded();
    else if (reader) socket.destroy();
    else if (!exchange.active) end();
  });
  socket.on("drain", () => exchange.clientDrain());
  // What went wrong is seen in "close"; without a listener it would end the process.
  socket.on("error", () => {});
  socket.on("close", () => {
    exchange.clientGone();
    closed(connection);
  });
  return connection;
}

/** An IPv4 address without the IPv6 mapping. */
function plainAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
