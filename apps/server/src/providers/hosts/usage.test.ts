import { describe, expect, it } from "vitest";
import type { LabelledProcess } from "./processes/process-table.ts";
import { createUsageMeter } from "./usage.ts";

function one(pid: number, instance: string, cpuTicks: number, memoryBytes: number, startTicks = 1): LabelledProcess {
  return {
    pid,
    parent: 1,
    group: pid,
    session: pid,
    startTicks,
    cpuTicks,
    memoryBytes,
    label: { instance, dataDirectory: "d" },
  };
}

describe("what instances use", () => {
  it("is the sum of their processes, processor time since the last look", () => {
    const meter = createUsageMeter();
    meter.measure([one(1, "a", 1000, 10), one(2, "a", 50, 5), one(3, "b", 7, 1)], 0);
    expect(meter.of("a")).toEqual({ cpuPercent: 0, memoryBytes: 15 });
    meter.measure([one(1, "a", 1100, 20), one(2, "a", 150, 5), one(4, "a", 25, 1)], 5000);
    expect(meter.of("a")).toEqual({ cpuPercent: 45, memoryBytes: 26 });
    expect(meter.of("b")).toBeNull();
  });

  it("does not take a process that got an old one's number for it", () => {
    const meter = createUsageMeter();
    meter.measure([one(1, "a", 1000, 10)], 0);
    meter.measure([one(1, "a", 100, 10, 2)], 1000);
    expect(meter.of("a")?.cpuPercent).toBe(100);
  });
});
