import type { z } from "zod";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { clusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import type { StageView, SyntheticStage, TaskContext } from "../../../engine/api.ts";
import { readyCount } from "../../../providers/port/api.ts";
import type { ProviderPort, ServerGroup, ServerGroupRef } from "../../../providers/port/api.ts";
import {
  accountOf,
  fieldsIn,
  notYetRouted,
  operationOf,
  requestsInFlight,
  stillRouted,
  unpin,
} from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import { deployedBy } from "../create-server-group/determine-source.ts";
import { createdName, readState } from "../create-server-group/state.ts";
import type { DeployState } from "../create-server-group/state.ts";
import type { DeliverDeps } from "../deps.ts";
import { upNeeded } from "../server-groups/capacity.ts";
import { clusterIn } from "../server-groups/inventory.ts";
import { newestFirst } from "@gennaker/pipeline-model/server-group-targets.ts";
import { settle } from "./settle.ts";
import type { SettleStep } from "./settle.ts";

/** Bounds of the waits between steps, in milliseconds. */
const waits = { raiseMs: 120_000, routeMs: 30_000, drainMs: 30_000, lookMs: 100 };

/** The stage that runs after a failed deploy. */
export function settleStage(stage: StageView): SyntheticStage {
  const keys = ["deployState", "deploy.server.groups"];
  const kept = Object.fromEntries(Object.entries(stage.context).filter(([key]) => keys.includes(key)));
  return {
    type: "settleFailedDeploy",
    name: "Clean up after failed deploy",
    context: { ...kept, deployStageId: stage.id },
  };
}

/** The same for a canceled one, which has no more stages to run. */
export async function settleOnCancel(deps: DeliverDeps, context: TaskContext): Promise<{ outputs?: JsonObject }> {
  const state = readState(context.stage.context);
  if (state === null) return {};
  return { outputs: { settlement: await settleDeploy(deps, state, context.stage.id, context) } };
}

/** Decides on the inventory of the moment, takes the steps, and says in words what became of it. Can be run again. */
export async function settleDeploy(
  deps: DeliverDeps,
  state: DeployState,
  stageId: string,
  context: TaskContext,
): Promise<string> {
  const { provider } = await accountOf(deps, state.account);
  const place = { account: state.account, region: state.region, provider };
  const cluster = await clusterIn(place, state.cluster);
  const name = createdName(context.stage.context);
  const created =
    cluster.find((group) => group.name === name) ??
    newestFirst(cluster).find((group) => deployedBy(group) === stageId) ??
    null;
  const options = fieldsIn(clusterSchema, state.document, context.stage.type);
  const { steps, words } = settle({ created, source: state.source, cluster, ...fallback(options) });
  if (steps.length > 0 && state.source !== null) {
    const old = cluster.find((group) => group.name === state.source?.name);
    if (old !== undefined) await unpin(deps, operation(context, `unpin/${old.name}`), old);
  }
  for (const step of steps) {
    const failed = await take(
      deps,
      provider,
      step,
      { account: state.account, region: state.region, name: step.name },
      context,
    );
    if (failed !== null) return `${words} It stopped there: ${failed}`;
  }
  return words;
}

/** Whether a failed deploy goes back to what was there: `rollback.onFailure`, or what a monitored deploy says. */
function fallback(options: z.output<typeof clusterSchema>): { rollback: boolean; destroys?: boolean } {
  if (options.strategy !== "monitored") return { rollback: options.rollback?.onFailure === true };
  const { rollback: how, destroyInstances } = options.failureActions ?? {};
  const rollback = how === "Automatic" || how === "Manual";
  return { rollback, destroys: rollback && destroyInstances === true };
}

/** Null when the step is done; otherwise why the next must not be taken. */
async function take(
  deps: DeliverDeps,
  provider: ProviderPort,
  step: SettleStep,
  ref: ServerGroupRef,
  context: TaskContext,
): Promise<string | null> {
  if (step.do === "raise") {
    await provider.resizeServerGroup(operation(context, `resize/${ref.name}`), ref, step.capacity);
    await provider.enableServerGroup(operation(context, `enable/${ref.name}`), ref);
    const gap = await until(context, waits.raiseMs, async () => {
      const group = await provider.serverGroup(ref);
      if (group === null) return "it is gone";
      const needed = upNeeded(step.capacity.desired, undefined);
      if (readyCount(group) < needed) return `${readyCount(group)} of ${needed} instances up`;
      return await notYetRouted(deps, group);
    });
    return gap === null
      ? null
      : `${ref.name} could not be brought back within ${waits.raiseMs / 1000} seconds (${gap}).`;
  }
  const group = await provider.serverGroup(ref);
  if (group === null) return null;
  await outOfTraffic(deps, provider, group, context);
  if (step.do === "destroy") await provider.destroyServerGroup(operation(context, `destroy/${ref.name}`), ref);
  return null;
}

async function outOfTraffic(
  deps: DeliverDeps,
  provider: ProviderPort,
  group: ServerGroup,
  context: TaskContext,
): Promise<void> {
  if (!group.disabled) await provider.disableServerGroup(operation(context, `disable/${group.name}`), group);
  await unpin(deps, operation(context, `unpin/${group.name}`), group);
  await until(context, waits.routeMs, async () => await stillRouted(deps, group));
  await until(context, waits.drainMs, async () =>
    (await requestsInFlight(deps, group)) === 0 ? null : "requests in flight",
  );
}

function operation(context: TaskContext, part: string) {
  return operationOf(context, actingUser(context.execution, context.stage), `settle/${part}`);
}

/** Looks until there is no gap or the time is over; the last gap. */
async function until(
  context: TaskContext,
  limitMs: number,
  look: () => Promise<string | null>,
): Promise<string | null> {
  const end = context.now().getTime() + limitMs;
  for (;;) {
    const gap = await look();
    if (gap === null || context.now().getTime() >= end) return gap;
    await sleep(waits.lookMs, undefined, { signal: context.signal });
  }
}
