import { monitorEventLoopDelay } from "node:perf_hooks";

const stallMs = 50;
const lookEveryMs = 10;

export type Telemetry = {
  /** This process in the Prometheus text format. */
  exposition(): string;
  stop(): void;
};

/** Figures of this process: memory, processor time, and the event loop's stalls, which delay everything else. */
export function startTelemetry(version: string): Telemetry {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let stalls = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - last - lookEveryMs > stallMs) stalls += 1;
    last = now;
  }, lookEveryMs);
  timer.unref();
  const startedAt = Date.now() / 1000;

  return {
    exposition() {
      const memory = process.memoryUsage();
      const cpu = process.cpuUsage();
      return [
        family("gennaker_build_info", "gauge", "The version that runs.", [[`{version="${version}"}`, 1]]),
        family("process_start_time_seconds", "gauge", "When the process started.", [["", startedAt]]),
        family("process_resident_memory_bytes", "gauge", "Memory in use.", [["", memory.rss]]),
        family("nodejs_heap_size_used_bytes", "gauge", "Heap in use.", [["", memory.heapUsed]]),
        family("process_cpu_seconds_total", "counter", "Processor time used.", [["", (cpu.user + cpu.system) / 1e6]]),
        family(
          "gennaker_event_loop_stalls_total",
          "counter",
          `Times the event loop stood still for over ${stallMs} ms.`,
          [["", stalls]],
        ),
        family("gennaker_event_loop_delay_seconds", "gauge", "Delay of the event loop since the start.", [
          ['{quantile="0.5"}', delay.percentile(50) / 1e9],
          ['{quantile="0.99"}', delay.percentile(99) / 1e9],
        ]),
      ].join("");
    },
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}

/** One family of metrics in the Prometheus text format; labels with their braces. */
export function family(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly (readonly [string, number])[],
): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([labels, value]) => `${name}${labels} ${value}\n`).join("")}`;
}
