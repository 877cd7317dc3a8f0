import { useEffect, useState } from "react";
import { api } from "../live/api.ts";
import { createLineReader, mostLines, type LogLine } from "./log-lines.ts";

export type LogRequest = {
  account: string;
  namespace: string;
  /** Names, separated by commas. */
  pods: string;
  container: string | undefined;
  tail: number;
  since: number | undefined;
  previous: boolean;
};
export type Logs = { lines: readonly LogLine[]; error: unknown; ended: boolean };

const nothing: Logs = { lines: [], error: null, ended: false };
/** Lines that come together are drawn once. */
const drawMs = 100;

/** The output of some Pods as it comes. */
export function useLogs(request: LogRequest): Logs {
  const key = JSON.stringify(request);
  const [held, setHeld] = useState<{ key: string; logs: Logs }>({ key, logs: nothing });
  useEffect(() => {
    const { account, namespace, pods, container, tail, since, previous } = JSON.parse(key) as LogRequest;
    const stop = new AbortController();
    const waiting: { lines: LogLine[]; timer: ReturnType<typeof setTimeout> | null } = { lines: [], timer: null };
    const setLogs = (change: (old: Logs) => Logs) =>
      setHeld((old) => ({ key, logs: change(old.key === key ? old.logs : nothing) }));
    function draw(): void {
      waiting.timer = null;
      const fresh = waiting.lines.splice(0);
      if (!stop.signal.aborted) setLogs((old) => ({ ...old, lines: [...old.lines, ...fresh].slice(-mostLines) }));
    }
    async function read(): Promise<void> {
      const reader = createLineReader();
      const chunks = api.stream("getKubernetesLogs", {
        params: { account, namespace },
        query: {
          pods,
          tail,
          times: "true",
          ...(previous ? { previous: "true" as const } : { follow: "true" as const }),
          ...(container === undefined ? {} : { container }),
          ...(since === undefined ? {} : { since }),
        },
        signal: stop.signal,
      });
      for await (const chunk of chunks) {
        waiting.lines.push(...reader(chunk));
        waiting.timer ??= setTimeout(draw, drawMs);
      }
      setLogs((old) => ({ ...old, ended: true }));
    }
    if (pods !== "")
      read().catch((error: unknown) => {
        if (!stop.signal.aborted) setLogs((old) => ({ ...old, error }));
      });
    return () => {
      if (waiting.timer !== null) clearTimeout(waiting.timer);
      stop.abort();
    };
  }, [key]);
  return held.key === key ? held.logs : nothing;
}
