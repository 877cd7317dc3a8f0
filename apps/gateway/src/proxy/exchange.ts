import type { Socket } from "node:net";

import type { RequestHead, ResponseHead } from "../http1/head.ts";
import { parseResponseHead } from "../http1/head.ts";
import { isFault, valueOf } from "../http1/fields.ts";
import type { OwnAnswer } from "./answer.ts";
import { choose } from "./balance.ts";
import type { UpstreamErrorKind } from "./counters.ts";
import { classOf, increment, observeDuration } from "./counters.ts";
import { buildRequestHead, buildResponseHead } from "./forward.ts";
import type { BalancerRuntime, GroupRuntime, InstanceRuntime, UpstreamConnection, UpstreamUser } from "./model.ts";
import type { Plane } from "./plane.ts";
import { createRelay } from "./relay.ts";
import { createReplay } from "./replay.ts";
import { defaults, findExpiry } from "./timeouts.ts";
import { openTunnel } from "./tunnel.ts";
import type { Tunnel } from "./tunnel.ts";
import { dropConnection, releaseConnection, takeConnection } from "./upstream.ts";

export const maxHeadBytes = 32_768;
const headEnd = Buffer.from("\r\n\r\n");
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** The client's side of an exchange. */
export interface ExchangeClient {
  socket: Socket;
  address: string;
  /** The client closed its sending side. */
  ended: boolean;
  /** Writes an answer of the gateway itself. */
  ownAnswer(answer: OwnAnswer, keepAlive: boolean): void;
  /** What the client sent ahead belongs to the tunnel now. */
  tunnelOpened(): void;
  /** The exchange is over and the client's socket still usable. */
  finished(keepAlive: boolean): void;
  /** The client's socket cannot be used further; `reset` when only a reset tells the truth. */
  destroy(reset: boolean): void;
}

/** One request at a time of one client connection: choose, send, retry, relay, account. */
export interface Exchange {
  active: boolean;
  tunnel: Tunnel | undefined;
  begin(balancer: BalancerRuntime, head: RequestHead): void;
  /** A piece of the request's payload. */
  body(payload: Buffer): void;
  /** All of the request was handed over. `trailers`: lines that each end with CRLF. */
  requestComplete(trailers: string): void;
  /** The rest of the request is malformed. */
  badRequest(reason: string): void;
  clientDrain(): void;
  clientGone(): void;
  tick(now: number): void;
}

export function createExchange(client: ExchangeClient, plane: Plane): Exchange {
  const relay = createRelay(client.socket);
  const replay = createReplay();
  let balancer: BalancerRuntime;
  let head: RequestHead;
  let group: GroupRuntime | undefined;
  let instance: InstanceRuntime | undefined;
  let upstream: UpstreamConnection | undefined;
  let tried: InstanceRuntime[] = [];
  let attempts: { instance: string; reason: string }[] = [];
  let tries = 0;
  let staleAllowed = true;
  let upgrade: string | undefined;
  let requestDone = false;
  let responding = false;
  let partial: Buffer | undefined;
  let response: ResponseHead | undefined;
  let sentHead = "";
  let startedAt = 0;
  let attemptAt = 0;
  let completeAt = 0;
  let activeAt = 0;

  const attempt = (): void => {
    const choice = choose(balancer, head, tried, group);
    if (typeof choice === "string") {
      const last = attempts.at(-1);
      if (last) giveUp(502, "upstreamFailed", `${last.reason}; ${choice}`);
      else giveUp(503, "noHealthyInstance", choice);
      return;
    }
    group = choice.group;
    instance = choice.instance;
    group.inFlight += 1;
    instance.inFlight += 1;
    attemptAt = plane.coarseNow;
    activeAt = attemptAt;
    partial = undefined;
    upstream = takeConnection(instance, idempotent.has(head.method), performance.now());
    upstream.user = user;
    const text = buildRequestHead(head, {
      config: balancer.config,
      clientAddress: client.address,
      authority: `${instance.address}:${instance.port}`,
      upgrade,
    });
    replay.start(upstream.socket, text, !requestDone);
    sentHead = text;
    if (client.socket.isPaused() && !upstream.socket.writableNeedDrain) client.socket.resume();
  };

  /** Takes the current attempt out of the accounts and closes or keeps its connection. */
  const leaveAttempt = (keepFor: number | undefined): void => {
    if (!upstream) return;
    if (group) group.inFlight -= 1;
    if (instance) instance.inFlight -= 1;
    const connection = upstream;
    upstream = undefined;
    if (keepFor === undefined) dropConnection(connection);
    else releaseConnection(connection, keepFor, performance.now());
  };

  const failAttempt = (kind: UpstreamErrorKind, reason: string): void => {
    if (!exchange.active || !group || !instance || !upstream) return;
    const failed = instance;
    const stale = upstream.reused && kind === "reset" && staleAllowed;
    group.counters.upstreamErrors[kind] += stale ? 0 : 1;
    attempts.push({ instance: failed.id, reason });
    const wasConnected = upstream.connected;
    leaveAttempt(undefined);
    if (responding) {
      abortClient();
      return;
    }
    if (!wasConnected) plane.connectFailed(balancer, failed, reason);
    const limit = balancer.config.retries?.attempts ?? defaults.retryAttempts;
    const repeatable = replay.complete && (!wasConnected || idempotent.has(head.method)) && kind !== "protocol";
    if (!repeatable || (tries >= limit && !stale)) {
      const [status, code] =
        kind === "timeout" ? ([504, "upstreamTimeout"] as const) : ([502, "upstreamFailed"] as const);
      giveUp(status, code, reason);
      return;
    }
    // A kept connection that the instance had just closed says nothing about the instance.
    if (stale) staleAllowed = false;
    else {
      tries += 1;
      tried.push(failed);
    }
    group.counters.retries += 1;
    attempt();
  };

  const record = (status: number): void => {
    const index = classOf(status);
    if (!group) {
      increment(balancer.unrouted, index);
      return;
    }
    increment(group.counters.answers, index);
    if (instance) increment(instance.answers, index);
    observeDuration(group.counters, performance.now() - startedAt);
  };

  const leave = (): void => {
    exchange.active = false;
    exchange.tunnel = undefined;
    balancer.inFlight -= 1;
    replay.clear();
  };

  const giveUp = (status: number, code: string, message: string): void => {
    record(status);
    leave();
    const keepAlive = head.keepAlive && requestDone && !plane.draining && !client.ended;
    client.ownAnswer(
      {
        status,
        code,
        message,
        loadBalancer: balancer.name,
        serverGroup: group?.name,
        attempts: attempts.length > 0 ? attempts : undefined,
      },
      keepAlive,
    );
    client.finished(keepAlive);
  };

  /** The answer broke off: the client must see that it is not whole. */
  const abortClient = (): void => {
    record(502);
    leave();
    client.destroy(relay.framing === "close");
  };

  /** `clean`: the instance's connection holds nothing beyond the answer. */
  const finish = (answered: ResponseHead, clean: boolean): void => {
    const limit = balancer.config.timeouts?.upstreamIdleMs ?? defaults.upstreamIdleMs;
    const announced = answered.keepAliveTimeout;
    // A second less than announced: the instance's clock started before the answer arrived here.
    const keepFor = announced === undefined ? limit : Math.min(limit, Math.max(0, announced * 1000 - 1000));
    record(answered.status);
    leaveAttempt(clean && requestDone && answered.keepAlive ? keepFor : undefined);
    const keepAlive = relay.keepAlive && requestDone && !client.ended;
    leave();
    client.finished(keepAlive);
  };
  const relayed = (answered: ResponseHead, used: number, bytes: Buffer): void => {
    if (relay.fault !== undefined) {
      failAttempt("protocol", `the instance broke its framing: ${relay.fault}`);
      return;
    }
    if (relay.done) finish(answered, used === bytes.length);
    else if (client.socket.writableNeedDrain) upstream?.socket.pause();
  };

  const readHead = (chunk: Buffer): void => {
    const bytes = partial ? Buffer.concat([partial, chunk]) : chunk;
    partial = undefined;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(headEnd, start);
      if (end < 0 || end - start > maxHeadBytes) {
        if (bytes.length - start > maxHeadBytes) failAttempt("protocol", "the instance sent a head that is too large");
        else if (start < bytes.length) partial = start === 0 ? bytes : bytes.subarray(start);
        return;
      }
      const parsed = parseResponseHead(bytes.toString("latin1", start, end), head.method);
      if (isFault(parsed)) {
        failAttempt("protocol", `the instance sent an answer that cannot be passed on: ${parsed.fault}`);
        return;
      }
      start = end + 4;
      if (parsed.status === 101) {
        switchProtocol(parsed, bytes, start);
        return;
      }
      if (parsed.status >= 200) {
        beginResponse(parsed, bytes, start);
        return;
      }
      if (head.minor === 1) {
        const text = buildResponseHead(parsed, {
          minor: 1,
          keepAlive: true,
          framing: "none",
          via: false,
          upgrade: undefined,
        });
        client.socket.write(text, "latin1");
      }
    }
  };

  const beginResponse = (answered: ResponseHead, bytes: Buffer, start: number): void => {
    responding = true;
    response = answered;
    const keepAlive = head.keepAlive && requestDone && !plane.draining && !client.ended;
    const used = relay.begin(answered, head, { keepAlive, via: balancer.config.via === true }, bytes, start);
    relayed(answered, used, bytes);
  };

  const switchProtocol = (answered: ResponseHead, bytes: Buffer, start: number): void => {
    if (upgrade === undefined || !upstream) {
      failAttempt("protocol", "the instance switched protocols without being asked");
      return;
    }
    responding = true;
    record(101);
    const protocol = valueOf(answered.fields, "upgrade") ?? upgrade;
    const text = buildResponseHead(answered, {
      minor: 1,
      keepAlive: true,
      framing: "none",
      via: false,
      upgrade: protocol,
    });
    client.socket.write(text, "latin1");
    exchange.tunnel = openTunnel(client.socket, upstream.socket, () => {
      activeAt = plane.coarseNow;
    });
    if (start < bytes.length) exchange.tunnel.fromUpstream(bytes.subarray(start));
    client.tunnelOpened();
  };

  const endTunnel = (): void => {
    leaveAttempt(undefined);
    leave();
    client.destroy(false);
  };

  const user: UpstreamUser = {
    upstreamData: (chunk) => {
      activeAt = plane.coarseNow;
      if (exchange.tunnel) exchange.tunnel.fromUpstream(chunk);
      else if (response) relayed(response, relay.data(chunk, 0), chunk);
      else readHead(chunk);
    },
    upstreamEnd: () => {
      if (exchange.tunnel) exchange.tunnel.upstreamEnded();
      else if (response && relay.end()) finish(response, false);
      else
        failAttempt(
          "reset",
          responding ? "the instance closed before its answer was whole" : "the instance closed without an answer",
        );
    },
    upstreamDrain: () => {
      // Also right for a tunnel: whoever was slowed by the instance goes on.
      if (client.socket.isPaused()) client.socket.resume();
    },
    upstreamClosed: (connection, error) => {
      const detail = error?.code ?? "closed";
      if (exchange.tunnel) endTunnel();
      else if (!connection.connected) failAttempt("connect", `no connection to the instance (${detail})`);
      else failAttempt("reset", `the instance dropped the connection (${detail})`);
    },
  };

  const exchange: Exchange = {
    active: false,
    tunnel: undefined,
    begin: (nextBalancer, nextHead) => {
      balancer = nextBalancer;
      head = nextHead;
      group = undefined;
      instance = undefined;
      if (tried.length > 0) tried = [];
      if (attempts.length > 0) attempts = [];
      tries = 0;
      staleAllowed = true;
      responding = false;
      response = undefined;
      requestDone = head.framing.kind === "none";
      // Prior-knowledge HTTP/2 would bypass this parser; other upgrades only without a body.
      upgrade = requestDone && head.upgrade?.toLowerCase().startsWith("h2c") !== true ? head.upgrade : undefined;
      startedAt = performance.now();
      completeAt = plane.coarseNow;
      exchange.active = true;
      balancer.inFlight += 1;
      attempt();
      if (requestDone && balancer.config.mirror) plane.mirror(balancer, sentHead, []);
    },
    body: (payload) => {
      activeAt = plane.coarseNow;
      if (!upstream) return;
      if (!replay.payload(upstream.socket, payload, head.framing.kind === "chunked")) client.socket.pause();
    },
    requestComplete: (trailers) => {
      requestDone = true;
      completeAt = plane.coarseNow;
      if (head.framing.kind === "chunked") replay.text(upstream?.socket, `0\r\n${trailers}\r\n`);
      if (balancer.config.mirror && replay.complete) plane.mirror(balancer, sentHead, replay.pieces());
    },
    badRequest: (reason) => {
      if (upstream) leaveAttempt(undefined);
      if (responding) abortClient();
      else {
        group = undefined;
        giveUp(400, "badRequest", reason);
      }
    },
    clientDrain: () => {
      activeAt = plane.coarseNow;
      if (upstream?.socket.isPaused()) upstream.socket.resume();
    },
    clientGone: () => {
      if (!exchange.active) return;
      if (group && !exchange.tunnel) group.counters.clientAborts += 1;
      leaveAttempt(undefined);
      leave();
    },
    tick: (now) => {
      if (!exchange.active || !upstream) return;
      const over = findExpiry(balancer.config, now, {
        connected: upstream.connected,
        requestDone,
        responding,
        clientEnded: client.ended && !exchange.tunnel,
        clientFull: client.socket.writableNeedDrain,
        attemptAt,
        completeAt,
        activeAt,
      });
      if (over === undefined) return;
      if (over === "clientGone") client.destroy(false);
      else if (exchange.tunnel) endTunnel();
      else {
        if (over.final) tries = Number.POSITIVE_INFINITY;
        failAttempt("timeout", over.reason);
      }
    },
  };
  return exchange;
}
