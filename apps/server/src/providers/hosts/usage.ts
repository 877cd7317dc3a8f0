import type { LabelledProcess } from "./processes/process-table.ts";
import type { Usage } from "./view.ts";

const TICKS_PER_SECOND = 100;

export type UsageMeter = {
  /** Takes a measurement of all processes; CPU is over the time since the one before. */
  measure(processes: readonly LabelledProcess[], nowMs: number): void;
  of(instance: string): Usage | null;
};

/** Adds up what the processes of each instance use, launcher included. 100 % is one whole core. */
export function createUsageMeter(): UsageMeter {
  let ticks = new Map<string, number>();
  let usage = new Map<string, Usage>();
  let measuredAt: number | null = null;
  return {
    measure(processes, nowMs) {
      const seconds = measuredAt === null ? 0 : (nowMs - measuredAt) / 1000;
      const nextTicks = new Map<string, number>();
      const next = new Map<string, Usage>();
      for (const { pid, startTicks, cpuTicks, memoryBytes, label } of processes) {
        const key = `${pid}:${startTicks}`;
        nextTicks.set(key, cpuTicks);
        // A process seen for the first time has done all its work since, unless this is the first look at all.
        const worked = measuredAt === null ? 0 : cpuTicks - (ticks.get(key) ?? 0);
        const sum = next.get(label.instance) ?? { cpuPercent: 0, memoryBytes: 0 };
        const cpu = seconds > 0 ? (worked / TICKS_PER_SECOND / seconds) * 100 : 0;
        next.set(label.instance, { cpuPercent: sum.cpuPercent + cpu, memoryBytes: sum.memoryBytes + memoryBytes });
      }
      for (const sum of next.values()) sum.cpuPercent = Math.round(sum.cpuPercent * 10) / 10;
      ticks = nextTicks;
      usage = next;
      measuredAt = nowMs;
    },
    of: (instance) => usage.get(instance) ?? null,
  };
}
