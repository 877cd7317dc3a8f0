import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../apps/server/src/platform/audit/api.ts";
import type { Engine, StageType, StartExecution } from "../../apps/server/src/engine/api.ts";

const actor: Actor = { user: "bench", roles: [], via: "system" };

/** Waits for a person, as a judgement does: woken by its topic, otherwise looking again after a day. */
export const waitingType: StageType = {
  type: "waiting",
  description: "Waits until it is told to go.",
  validate: () => [],
  tasks: () => [
    {
      name: "wait",
      async run({ stage }) {
        if (stage.context["go"] === true) return { status: "SUCCEEDED" };
        return {
          status: "RUNNING",
          retryAfterMs: 86_400_000,
          wakeOn: [`go:${stage.id}`],
          waiting: { code: "bench.waits", message: "Waits." },
        };
      },
    },
  ],
};

/** What many waiting runs cost: memory, and statements a second while nothing happens, and how soon one of them goes on when told. */
export async function measureWaiting(
  engine: Engine,
  statements: () => number,
  count: number,
  pipeline: (stages: readonly JsonObject[]) => StartExecution,
): Promise<Record<string, number>> {
  const ids: string[] = [];
  for (let from = 0; from < count; from += 200) {
    const batch = Array.from({ length: Math.min(200, count - from) }, () =>
      engine.start(pipeline([{ refId: "1", type: "waiting", requisiteStageRefIds: [] }]), actor),
    );
    for (const { id } of await Promise.all(batch)) ids.push(id);
  }
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const cpu = process.cpuUsage();
  const before = statements();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const after = statements();
  const { user, system } = process.cpuUsage(cpu);
  const latencies: number[] = [];
  for (const id of ids.slice(0, 20)) {
    const stageId = (await engine.get(id))?.stages[0]?.id ?? "";
    const asked = performance.now();
    await engine.patchStage(id, stageId, { go: true }, actor);
    while ((await engine.get(id))?.status === "RUNNING") await new Promise((resolve) => setTimeout(resolve, 1));
    latencies.push(performance.now() - asked);
  }
  latencies.sort((left, right) => left - right);
  return {
    waiting_runs: count,
    waiting_rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    idle_statements_per_s: (after - before) / 10,
    idle_cpu_percent: Math.round((user + system) / 1_000) / 100,
    judged_to_ended_p50_ms: Math.round((latencies[10] ?? Number.NaN) * 100) / 100,
  };
}
