import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { acceptWebSocket, type ServerSocket } from "./frames.ts";
import { FakeStatus } from "./status.ts";

export type ExecSession = {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  tty: boolean;
  stdout(data: string | Buffer): void;
  stderr(data: string | Buffer): void;
  onStdin(listener: (data: Buffer) => void): void;
  onStdinEnd(listener: () => void): void;
  onResize(listener: (size: { Width: number; Height: number }) => void): void;
  exit(code: number): void;
  breakOff(): void;
};
export type ForwardSession = { port: number; send(data: Buffer): void; fail(message: string): void; close(): void };
export type PodPrograms = {
  exec(session: ExecSession): void;
  forward(session: ForwardSession): { data(chunk: Buffer): void; closed(): void };
};

type LogLine = { at: Date; text: string };

/** Logs, exec and port-forward of pods, played by the test. */
export function createPodStreams(programs: Partial<PodPrograms>) {
  const logs = new Map<string, LogLine[]>();
  const followers = new Map<string, Set<ServerResponse>>();
  const keyOf = (namespace: string, pod: string, container: string, previous = false) =>
    `${namespace}/${pod}/${container}${previous ? "/previous" : ""}`;

  function write(response: ServerResponse, line: LogLine, timestamps: boolean): void {
    response.write(`${timestamps ? `${line.at.toISOString().replace("Z", "000000Z")} ` : ""}${line.text}\n`);
  }

  return {
    appendLog(at: { namespace: string; pod: string; container: string; previous?: boolean }, text: string, time: Date) {
      const key = keyOf(at.namespace, at.pod, at.container, at.previous);
      const line = { at: time, text };
      logs.set(key, [...(logs.get(key) ?? []), line]);
      for (const response of followers.get(key) ?? [])
        write(response, line, response.getHeader("x-timestamps") === "true");
    },
    /** Ends all followed logs, as a restarted kubelet does. */
    dropLogs() {
      for (const responses of followers.values()) for (const response of responses) response.destroy();
    },
    endLogs() {
      for (const responses of followers.values()) for (const response of responses) response.end();
    },
    sendLog(
      at: { namespace: string; pod: string; container: string },
      query: URLSearchParams,
      response: ServerResponse,
    ) {
      const previous = query.get("previous") === "true";
      const key = keyOf(at.namespace, at.pod, at.container, previous);
      const all = logs.get(key);
      if (previous && all === undefined) {
        throw new FakeStatus(
          400,
          "BadRequest",
          `previous terminated container "${at.container}" in pod "${at.pod}" not found`,
        );
      }
      const timestamps = query.get("timestamps") === "true";
      const since = query.get("sinceTime");
      const recent = (all ?? []).filter(
        (line) => since === null || line.at.getTime() >= Math.floor(Date.parse(since) / 1000) * 1000,
      );
      const tail = query.get("tailLines");
      response.setHeader("x-timestamps", String(timestamps));
      response.writeHead(200, { "content-type": "text/plain" });
      for (const line of tail === null ? recent : recent.slice(-Number(tail))) write(response, line, timestamps);
      if (query.get("follow") !== "true") {
        response.end();
        return;
      }
      response.flushHeaders();
      followers.set(key, (followers.get(key) ?? new Set()).add(response));
      response.on("close", () => followers.get(key)?.delete(response));
    },
    exec(at: { namespace: string; pod: string }, query: URLSearchParams, request: IncomingMessage, socket: Duplex) {
      const offered = String(request.headers["sec-websocket-protocol"]).split(/,\s*/);
      const protocol = offered.find((name) => name === "v5.channel.k8s.io") ?? "v4.channel.k8s.io";
      const listeners = {
        stdin: [] as ((data: Buffer) => void)[],
        end: [] as (() => void)[],
        resize: [] as ((size: never) => void)[],
      };
      const peer = acceptWebSocket(request, socket, protocol, {
        message(data) {
          const rest = data.subarray(1);
          if (data[0] === 0) for (const listener of listeners.stdin) listener(rest);
          if (data[0] === 4) for (const listener of listeners.resize) listener(JSON.parse(rest.toString()) as never);
          if (data[0] === 255 && rest[0] === 0) for (const listener of listeners.end) listener();
        },
        closed: () => {},
      });
      for (const channel of [0, 1, 2]) peer.send(Buffer.from([channel]));
      programs.exec?.({
        ...at,
        container: query.get("container") ?? "",
        command: query.getAll("command"),
        tty: query.get("tty") === "true",
        stdout: (data) => peer.send(onChannel(1, data)),
        stderr: (data) => peer.send(onChannel(2, data)),
        onStdin: (listener) => void listeners.stdin.push(listener),
        onStdinEnd: (listener) => void listeners.end.push(listener),
        onResize: (listener) => void listeners.resize.push(listener as never),
        exit(code) {
          peer.send(onChannel(3, JSON.stringify(exitStatus(code))));
          peer.close();
        },
        breakOff: () => peer.destroy(),
      });
    },
    forward(query: URLSearchParams, request: IncomingMessage, socket: Duplex) {
      const port = Number(query.get("ports"));
      const early: Buffer[] = [];
      let program: { data(chunk: Buffer): void; closed(): void } | null = null;
      const peer: ServerSocket = acceptWebSocket(request, socket, "v4.channel.k8s.io", {
        message: (data) => (program === null ? early.push(data) : program.data(data.subarray(1))),
        closed: () => program?.closed(),
      });
      const number = Buffer.alloc(2);
      number.writeUInt16LE(port);
      for (const channel of [0, 1]) peer.send(onChannel(channel, number));
      program =
        programs.forward?.({
          port,
          send: (data) => peer.send(onChannel(0, data)),
          fail: (message) => peer.send(onChannel(1, message)),
          close: () => peer.close(),
        }) ?? null;
      for (const data of early) program?.data(data.subarray(1));
    },
  };
}

export type PodStreams = ReturnType<typeof createPodStreams>;

function onChannel(channel: number, data: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), typeof data === "string" ? Buffer.from(data) : data]);
}

function exitStatus(code: number): Record<string, unknown> {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
