import { Agent, request } from "node:http";

const keptSamples = 200_000;

export type LoadReport = {
  sent: number;
  /** No answer, or an answer that the gateway made itself (502, 503, 504): what a switch can break. */
  failedBySwitching: number;
  /** Errors that the service itself answered. */
  failedByService: number;
  byVersion: Record<string, number>;
};

export type Load = {
  report(): LoadReport;
  /** When a version last answered (epoch ms), null if never. */
  lastAnswerOf(version: string): number | null;
  failures(): readonly string[];
  stop(): Promise<void>;
};

/** Where clients ask; each request over a connection of its own unless connections are kept. */
export type Clients = { host: string; port: number; keepAlive?: boolean };

/** Resolves when the first request is answered: a node leads to a new Service a moment after it is made. */
export async function answering({ host, port }: Clients, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  for (;;) {
    const answer = await fetch(`http://${host}:${port}/`, { signal: deadline }).catch(() => null);
    await answer?.text();
    if (answer?.ok === true) return;
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Real clients: `rate` requests per second, evenly spaced, until stopped. */
export function startLoad({ host, port, keepAlive = true }: Clients, rate: number): Load {
  const agent = new Agent({ keepAlive, maxSockets: 64 });
  const report: LoadReport = { sent: 0, failedBySwitching: 0, failedByService: 0, byVersion: {} };
  const last = new Map<string, number>();
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  const begun = performance.now();
  let stopped = false;

  function failed(why: string): void {
    report.failedBySwitching += 1;
    if (failures.length < 20) failures.push(`${new Date().toISOString()} ${why}`);
  }

  function one(): Promise<void> {
    report.sent += 1;
    return new Promise((resolve) => {
      const call = request({ host, port, path: `/item/${report.sent % 100}`, agent, timeout: 10_000 }, (response) => {
        const version = response.headers["x-version"];
        response.resume();
        response.on("close", () => {
          if (!response.complete) failed("the answer was cut off");
          else if (typeof version !== "string") failed(`status ${response.statusCode} without a version`);
          else {
            report.byVersion[version] = (report.byVersion[version] ?? 0) + 1;
            last.set(version, Date.now());
            if ((response.statusCode ?? 0) >= 500) report.failedByService += 1;
          }
          resolve();
        });
      });
      call.on("timeout", () => call.destroy(new Error("no answer in 10 s")));
      call.on("error", (error) => {
        failed(error.message);
        resolve();
      });
      call.end();
    });
  }

  const timer = setInterval(() => {
    const due = Math.min(keptSamples, Math.floor(((performance.now() - begun) / 1000) * rate));
    while (!stopped && report.sent < due && open.size < 500) {
      const call = one();
      open.add(call);
      void call.finally(() => open.delete(call));
    }
  }, 5);

  return {
    report: () => ({ ...report, byVersion: { ...report.byVersion } }),
    lastAnswerOf: (version) => last.get(version) ?? null,
    failures: () => failures,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
    },
  };
}
