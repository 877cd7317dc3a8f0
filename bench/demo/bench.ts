import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measured, RunOptions } from "../benchmark.ts";

const demoMain = fileURLToPath(new URL("../../apps/demo/src/main.ts", import.meta.url));

export const name = "demo";
export const describe =
  "the whole demo: its length, requests failed by switching, seconds from bad metric to zero traffic";

type Line = {
  ok: boolean;
  seconds: number;
  requestsSent: number;
  requestsFailedBySwitching: number;
  secondsFromBadMetricToZeroCanaryTraffic: number | null;
};

export async function run(_options: RunOptions): Promise<Measured> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", demoMain, "--once", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const summary = JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as Line;
  return {
    figures: {
      succeeded: summary.ok ? 1 : 0,
      seconds: summary.seconds,
      requests_sent: summary.requestsSent,
      requests_failed_by_switching: summary.requestsFailedBySwitching,
      bad_metric_to_zero_traffic_s: summary.secondsFromBadMetricToZeroCanaryTraffic ?? Number.NaN,
    },
  };
}
