import http from "node:http";

import type { Problem, Snapshot } from "./snapshot.ts";
import type { GatewayStatus } from "./status.ts";

/** A gateway said no, or could not be reached (`status` 0). */
export class GatewayError extends Error {
  readonly status: number;
  /** `invalidSnapshot`, `staleGeneration`, `notKept`, `noSnapshot`, `badTimeout`, `unreachable`, … */
  readonly code: string;
  readonly problems: readonly Problem[];
  /** Generation in force, with `staleGeneration`. */
  readonly generation: number | undefined;
  constructor(status: number, code: string, message: string, problems: readonly Problem[] = [], generation?: number) {
    super(message);
    this.name = "GatewayError";
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.generation = generation;
  }
}

export interface GatewayClient {
  /** Resolves once the snapshot is on the disk and in force. `changed` is false when it already was. */
  putSnapshot(snapshot: Snapshot): Promise<{ generation: number; changed: boolean }>;
  /** Undefined before the first one. */
  getSnapshot(): Promise<Snapshot | undefined>;
  status(): Promise<GatewayStatus>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Resolves when the gateway has begun to drain; the process leaves when the last request has ended. */
  drain(timeoutMs?: number): Promise<{ pid: number }>;
  /**
   * Lets the gateway start its successor with its listening sockets, so that not one connection is lost; it drains
   * afterwards. Resolves with the successor's pid once that one serves. Allow more than the usual `timeoutMs`.
   */
  handOver(successor: SuccessorProgram): Promise<{ pid: number }>;
}

/** A gateway program to start: Node binary, main file, arguments (`--admin`, `--state`, …) and environment. */
export interface SuccessorProgram {
  execPath: string;
  main: string;
  args: string[];
  env: Record<string, string>;
}

export interface GatewayClientOptions {
  /** Longest wait for an answer. Default 5,000. */
  timeoutMs?: number;
}

/** Talks to the admin API of a gateway over its Unix socket; every call is a connection of its own. */
export function createGatewayClient(socketPath: string, options: GatewayClientOptions = {}): GatewayClient {
  const timeoutMs = options.timeoutMs ?? 5_000;

  const call = (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers: Record<string, string | number> = { host: "gateway" };
      if (payload !== undefined) {
        headers["content-type"] = "application/json";
        headers["content-length"] = Buffer.byteLength(payload);
      }
      const unreachable = (error: NodeJS.ErrnoException): void => {
        const reason = error.code ?? error.message;
        reject(new GatewayError(0, "unreachable", `no gateway answers on ${socketPath} (${reason})`));
      };
      const request = http.request({ socketPath, method, path, headers, agent: false }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", unreachable);
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8") });
        });
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      request.on("error", (error) => {
        clearTimeout(timer);
        unreachable(error);
      });
      request.end(payload);
    });

  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, text } = await call(method, path, body);
    if (status >= 200 && status < 300) return JSON.parse(text) as T;
    throw errorOf(status, text);
  };

  return {
    putSnapshot: (snapshot) => json("PUT", "/v1/snapshot", snapshot),
    getSnapshot: async () => {
      try {
        return await json<Snapshot>("GET", "/v1/snapshot");
      } catch (error) {
        if (error instanceof GatewayError && error.code === "noSnapshot") return undefined;
        throw error;
      }
    },
    status: () => json("GET", "/v1/status"),
    metrics: async () => {
      const { status, text } = await call("GET", "/metrics");
      if (status !== 200) throw errorOf(status, text);
      return text;
    },
    handOver: (successor) => json("POST", "/v1/handover", successor),
    drain: (drainMs) => json("POST", drainMs === undefined ? "/v1/drain" : `/v1/drain?timeoutMs=${drainMs}`),
  };
}

interface ErrorBody {
  error?: { code?: string; message?: string; problems?: Problem[]; generation?: number };
}

function errorOf(status: number, text: string): GatewayError {
  let body: ErrorBody = {};
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    // Not one of the gateway's own answers: the status has to do.
  }
  const { code = "unexpected", message = `the gateway answered ${status}`, problems, generation } = body.error ?? {};
  return new GatewayError(status, code, message, problems, generation);
}
