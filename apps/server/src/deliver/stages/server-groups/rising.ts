import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { StageView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { readyCount } from "../../../providers/port/api.ts";
import type { ServerGroup, ServerGroupRef } from "../../../providers/port/api.ts";
import { notYetRouted, wordsOf } from "../../../traffic/stages/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { upNeeded } from "./capacity.ts";
import { present } from "./inventory.ts";

/** Which groups a rising task looks at, and how much of each must be up. */
export type Rising = {
  refs(stage: StageView): readonly ServerGroupRef[];
  /** Percent of `desired`; all when undefined. */
  healthyPercent?(stage: StageView): number | undefined;
  /** Seconds without one more instance up after which it is given up; 600 when undefined. */
  deadlineSec?(stage: StageView): number | undefined;
};

const wholeTaskMs = 2 * 60 * 60 * 1000;

/** Waits until enough instances are up. A group that its provider calls failed, or that stands still, ends the stage. */
export function waitForUp(deps: TrafficDeps, name: string, rising: Rising): TaskDefinition {
  return {
    name,
    timeoutMs: wholeTaskMs,
    async run(context) {
      const seen = isJsonObject(context.stage.context["progress"]) ? context.stage.context["progress"] : {};
      const progress: JsonObject = {};
      const waits: string[] = [];
      for (const ref of rising.refs(context.stage)) {
        const { group } = await present(deps, ref);
        const needed = upNeeded(group.capacity.desired, rising.healthyPercent?.(context.stage));
        const up = readyCount(group);
        if (up >= needed) continue;
        if (group.health.status === "failed") return failed(group, up, needed);
        const mark = stillness(seen[group.name], up, context.now());
        progress[group.name] = { up: mark.up, at: mark.at.toISOString() };
        const limit = rising.deadlineSec?.(context.stage) ?? 600;
        if (context.now().getTime() - mark.at.getTime() >= limit * 1000) return stood(group, up, needed, limit);
        waits.push(
          `${wordsOf(group)}: ${up} of ${needed} instances up${group.health.reason === "" ? "" : ` (${group.health.reason})`}`,
        );
      }
      if (waits.length === 0) return { status: "SUCCEEDED", context: { progress: null } };
      return waiting(context, rising, "serverGroup.instances", `Waits for instances: ${waits.join("; ")}`, {
        progress,
      });
    },
  };
}

/** Waits until every router of the groups confirms a generation that sends them traffic. Groups of size 0 need none. */
export function waitUntilRouted(deps: TrafficDeps, name: string, rising: Rising): TaskDefinition {
  return {
    name,
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const gaps: string[] = [];
      for (const ref of rising.refs(context.stage)) {
        const { group } = await present(deps, ref);
        if (group.disabled || upNeeded(group.capacity.desired, rising.healthyPercent?.(context.stage)) === 0) continue;
        const gap = await notYetRouted(deps, group);
        if (gap !== null) gaps.push(`${wordsOf(group)}: ${gap}`);
      }
      if (gaps.length === 0) return { status: "SUCCEEDED" };
      return waiting(context, rising, "traffic.rising", `Waits for routers: ${gaps.join("; ")}`, {});
    },
  };
}

/** RUNNING that looks again soon, and at once when an account of the groups changes. */
function waiting(context: TaskContext, rising: Rising, code: string, message: string, changes: JsonObject): TaskResult {
  const accounts = [...new Set(rising.refs(context.stage).map((ref) => `account:${ref.account}`))];
  return { status: "RUNNING", retryAfterMs: 250, wakeOn: accounts, waiting: { code, message }, context: changes };
}

function failed(group: ServerGroup, up: number, needed: number): TaskResult {
  const states = [
    ...new Set(group.instances.filter((instance) => instance.state !== "up").map((instance) => instance.reason)),
  ];
  const details = states.filter((reason) => reason !== "" && reason !== group.health.reason).slice(0, 3);
  return {
    status: "TERMINAL",
    failure: {
      code: "serverGroup.failed",
      message:
        `Server group ${wordsOf(group)} failed with ${up} of ${needed} instances up: ${group.health.reason}` +
        (details.length === 0 ? "" : ` (${details.join("; ")})`),
      details: { serverGroup: group.name, up, needed, code: group.health.code },
    },
  };
}

function stood(group: ServerGroup, up: number, needed: number, seconds: number): TaskResult {
  return {
    status: "TERMINAL",
    failure: {
      code: "serverGroup.noProgress",
      message:
        `Server group ${wordsOf(group)} has ${up} of ${needed} instances up and made no progress for ${seconds} seconds: ` +
        `${group.health.reason}. Look at its instances' output, or raise progressDeadlineSec.`,
      details: { serverGroup: group.name, up, needed, seconds },
    },
  };
}

/** Since when the number of instances up has not risen. */
function stillness(seen: unknown, up: number, now: Date): { up: number; at: Date } {
  const before = typeof seen === "object" && seen !== null && "up" in seen && "at" in seen ? seen : null;
  if (before === null || typeof before.up !== "number" || typeof before.at !== "string" || up > before.up)
    return { up, at: now };
  return { up: before.up, at: new Date(before.at) };
}
