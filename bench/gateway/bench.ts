import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { createGatewayClient } from "@gennaker/gateway-config/client.ts";
import type { GatewayClient } from "@gennaker/gateway-config/client.ts";
import type { Snapshot } from "@gennaker/gateway-config/snapshot.ts";

import type { Measured } from "./load.ts";
import { loadWithNode, loadWithWrk } from "./load.ts";
import { cpuSeconds, freePort, isInstalled, startOn, stop } from "./processes.ts";

export const name = "gateway";
export const describe =
  "requests/s and latency through the gateway, against a direct connection and one HAProxy thread; time of a weight shift";

export interface BenchOptions {
  json: boolean;
  quick?: boolean;
}

export interface BenchResult {
  figures: Record<string, number>;
  peer?: Record<string, number>;
  ratio?: Record<string, number>;
}

const connections = 64;
const mainFile = new URL("../../apps/gateway/src/main.ts", import.meta.url).pathname;
const backendFile = new URL("./backend.ts", import.meta.url).pathname;

interface Sample extends Measured {
  requestsPerCpuSecond: number | undefined;
}

/** Runs in rounds of all targets, so that a busy moment of the machine meets each of them; medians of the rounds. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "gw-bench-"));
  const children: ChildProcess[] = [];
  const start = async (port: number, program: string, args: readonly string[]): Promise<ChildProcess> => {
    const child = await startOn(port, program, args);
    children.push(child);
    return child;
  };
  try {
    const haproxy = isInstalled("haproxy", "-v");
    const load = isInstalled("wrk", "-v") ? loadWithWrk : loadWithNode;
    const say = (text: string): void => {
      if (!options.json) process.stdout.write(`${text}\n`);
    };
    say(
      `load: ${load === loadWithWrk ? "wrk" : "node"}, ${connections} connections; haproxy: ${haproxy ? "yes" : "no"}`,
    );

    const backendPort = await freePort();
    if (haproxy) await start(backendPort, "haproxy", ["-f", writeConfig(folder, "backend", backendPort, undefined)]);
    else await start(backendPort, process.execPath, [backendFile, String(backendPort)]);

    const targets = new Map<string, { port: number; pid: number | undefined }>();
    targets.set("direct", { port: backendPort, pid: undefined });
    const gatewayPort = await freePort();
    const client = createGatewayClient(path.join(folder, "a.sock"));
    const stateFile = path.join(folder, "state.json");
    writeFileSync(stateFile, JSON.stringify(snapshot(1, gatewayPort, backendPort, 90)));
    const args = [
      mainFile,
      "--admin",
      path.join(folder, "a.sock"),
      "--state",
      stateFile,
      "--log",
      path.join(folder, "log"),
    ];
    const gateway = await start(gatewayPort, process.execPath, args);
    targets.set("gateway", { port: gatewayPort, pid: gateway.pid });
    if (haproxy) {
      const port = await freePort();
      const peer = await start(port, "haproxy", ["-f", writeConfig(folder, "proxy", port, backendPort)]);
      targets.set("haproxy", { port, pid: peer.pid });
    }

    const samples = new Map<string, Sample[]>([...targets.keys()].map((target) => [target, []]));
    const rounds = options.quick ? 1 : 3;
    const seconds = options.quick ? 1 : 4;
    for (const { port } of targets.values()) await load({ port, connections, seconds: 1 });
    for (let round = 0; round < rounds; round += 1) {
      for (const [target, { port, pid }] of targets) {
        const before = cpuSeconds(pid);
        const measured = await load({ port, connections, seconds });
        const after = cpuSeconds(pid);
        const cpu = before === undefined || after === undefined ? undefined : after - before;
        const requestsPerCpuSecond = cpu ? (measured.requestsPerSecond * seconds) / cpu : undefined;
        samples.get(target)?.push({ ...measured, requestsPerCpuSecond });
        say(
          `${target}: ${Math.round(measured.requestsPerSecond)} requests/s, p50 ${measured.p50Ms} ms, p99 ${measured.p99Ms} ms`,
        );
      }
    }
    const shift = await shiftTimes(client, gatewayPort, backendPort, options.quick ? 20 : 100);
    return summary(samples, shift);
  } finally {
    for (const child of children) await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

function summary(samples: Map<string, Sample[]>, shift: { p50: number; p99: number }): BenchResult {
  const figuresOf = (target: string): Record<string, number> => {
    const of = samples.get(target) ?? [];
    const cpu = of.flatMap(({ requestsPerCpuSecond }) => requestsPerCpuSecond ?? []);
    return {
      [`${target}_requests_per_s`]: Math.round(median(of.map(({ requestsPerSecond }) => requestsPerSecond))),
      [`${target}_p50_ms`]: median(of.map(({ p50Ms }) => p50Ms)),
      [`${target}_p99_ms`]: median(of.map(({ p99Ms }) => p99Ms)),
      [`${target}_failures`]: of.reduce((sum, { failures }) => sum + failures, 0),
      ...(cpu.length > 0 ? { [`${target}_requests_per_cpu_s`]: Math.round(median(cpu)) } : {}),
    };
  };
  const figures = {
    ...figuresOf("gateway"),
    ...figuresOf("direct"),
    shift_to_effect_p50_ms: shift.p50,
    shift_to_effect_p99_ms: shift.p99,
  };
  const against = (left: Record<string, number>, right: Record<string, number>, key: string, peer: string): number =>
    round2((left[`gateway_${key}`] ?? Number.NaN) / (right[`${peer}_${key}`] ?? Number.NaN));
  const ratio: Record<string, number> = {
    direct_requests_per_s: against(figures, figures, "requests_per_s", "direct"),
  };
  if (!samples.has("haproxy")) return { figures, ratio };
  const peer = figuresOf("haproxy");
  ratio["haproxy_requests_per_s"] = against(figures, peer, "requests_per_s", "haproxy");
  const perCpu = against(figures, peer, "requests_per_cpu_s", "haproxy");
  if (Number.isFinite(perCpu)) ratio["haproxy_requests_per_cpu_s"] = perCpu;
  return { figures, peer, ratio };
}

/** From sending a snapshot to its acknowledgement, after which every request follows the new weights. */
async function shiftTimes(
  client: GatewayClient,
  gatewayPort: number,
  backendPort: number,
  count: number,
): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let generation = 2; generation < count + 2; generation += 1) {
    const startedAt = performance.now();
    await client.putSnapshot(snapshot(generation, gatewayPort, backendPort, (generation * 7) % 100));
    times.push(performance.now() - startedAt);
  }
  times.sort((left, right) => left - right);
  return { p50: round2(median(times)), p99: round2(times[Math.floor(times.length * 0.99)] ?? Number.NaN) };
}

function snapshot(generation: number, port: number, backendPort: number, weight: number): Snapshot {
  const labels = { application: "bench", account: "local", region: "local", cluster: "bench" };
  const group = (groupName: string, percent: number): Snapshot["loadBalancers"][number]["serverGroups"][number] => ({
    name: groupName,
    weight: percent,
    labels,
    instances: [0, 1].map((index) => ({
      id: `${groupName}-${index}`,
      address: "127.0.0.1",
      port: backendPort,
      state: "active" as const,
    })),
  });
  const serverGroups = [group("bench-v000", weight), group("bench-v001", 100 - weight)];
  const healthCheck = { path: "/", intervalMs: 1000, timeoutMs: 500, healthy: 2, unhealthy: 3 };
  return { generation, loadBalancers: [{ name: "bench", port, serverGroups, healthCheck }] };
}

/** One HAProxy thread: as the instance (no `to`), or as the peer that does what the gateway does. */
function writeConfig(folder: string, file: string, port: number, to: number | undefined): string {
  const lines = [
    "global",
    "  nbthread 1",
    "defaults",
    "  mode http",
    "  timeout client 60s",
    "  timeout server 60s",
    "  timeout connect 5s",
    "frontend f",
    `  bind 127.0.0.1:${port}`,
  ];
  if (to === undefined) {
    lines.push(
      '  http-request return status 200 content-type text/plain string "hello from an instance that does nothing else"',
    );
  } else {
    lines.push("  option forwardfor", "  http-request set-header X-Forwarded-Proto http");
    lines.push("  http-request set-header X-Forwarded-Host %[req.hdr(Host)]", "  default_backend b");
    lines.push("backend b", "  balance roundrobin", "  option httpchk GET /");
    for (const [index, weight] of [90, 90, 10, 10].entries()) {
      lines.push(`  server s${index} 127.0.0.1:${to} weight ${weight} check inter 1s`);
    }
  }
  const target = path.join(folder, `${file}.cfg`);
  writeFileSync(target, `${lines.join("\n")}\n`);
  return target;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
