import { spawn } from "node:child_process";
import net from "node:net";

export interface Measured {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers that were not 200, and broken connections. */
  failures: number;
}

export interface LoadOptions {
  port: number;
  connections: number;
  seconds: number;
}

const unit: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function milliseconds(text: string, percentile: string): number {
  const match = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s|m)\\b`).exec(text);
  return match ? Number(match[1]) * (unit[match[2] as string] ?? Number.NaN) : Number.NaN;
}

/** One thread of wrk. */
export async function loadWithWrk({ port, connections, seconds }: LoadOptions): Promise<Measured> {
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", `http://127.0.0.1:${port}/`];
  const child = spawn("wrk", args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  const broken = sockets ? sockets.slice(1).reduce((sum, count) => sum + Number(count), 0) : 0;
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    p50Ms: milliseconds(text, "50"),
    p99Ms: milliseconds(text, "99"),
    failures: broken + Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
  };
}

/** The same load from this process, for machines without wrk; it costs more CPU than wrk. */
export async function loadWithNode({ port, connections, seconds }: LoadOptions): Promise<Measured> {
  const request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const durations: number[] = [];
  let failures = 0;
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
      let sentAt = 0;
      let text = "";
      const send = (): void => {
        sentAt = performance.now();
        socket.write(request, "latin1");
      };
      socket.on("connect", send);
      socket.on("data", (piece: Buffer) => {
        text += piece.toString("latin1");
        const end = text.indexOf("\r\n\r\n");
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (end < 0 || text.length < end + 4 + length) return;
        if (!text.startsWith("HTTP/1.1 200")) failures += 1;
        text = "";
        const now = performance.now();
        durations.push(now - sentAt);
        if (now < until) send();
        else socket.destroy();
      });
      socket.on("error", () => (failures += 1));
      socket.on("close", () => resolve());
    });
  await Promise.all(Array.from({ length: connections }, one));
  const elapsed = (performance.now() - startedAt) / 1000;
  durations.sort((left, right) => left - right);
  const at = (share: number): number => durations[Math.floor(durations.length * share)] ?? Number.NaN;
  return { requestsPerSecond: durations.length / elapsed, p50Ms: at(0.5), p99Ms: at(0.99), failures };
}
