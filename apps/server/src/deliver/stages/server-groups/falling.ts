import type { StageView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import type { ServerGroupRef } from "../../../providers/port/api.ts";
import { operationOf, requestsInFlight, stillRouted, unpin, wordsOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import type { GuardedAction } from "../../guards/api.ts";
import { lookUp, refOf } from "./inventory.ts";

/** Which groups the falling tasks take out of service. */
export type Falling = {
  refs(stage: StageView): readonly ServerGroupRef[];
  /** How long requests in flight may take to end; 30 s when undefined. */
  drainTimeoutSec?(stage: StageView): number | undefined;
};

/** Asks the traffic guards before anything changes. */
export function checkGuards(deps: DeliverDeps, falling: Falling, action: GuardedAction): TaskDefinition {
  return {
    name: "checkTrafficGuards",
    async run(context) {
      const refusal = await deps.guards.check(action, falling.refs(context.stage));
      return refusal === null ? { status: "SUCCEEDED" } : { status: "TERMINAL", failure: refusal };
    },
  };
}

/** Disables the groups and takes their pins away. The guards are asked again: the cluster may have changed since. */
function disable(deps: DeliverDeps, falling: Falling): TaskDefinition {
  return {
    name: "disableServerGroup",
    async run(context) {
      const refs = falling.refs(context.stage);
      const refusal = await deps.guards.check("disable", refs);
      if (refusal !== null) return { status: "TERMINAL", failure: refusal };
      for (const ref of refs) {
        const { group, provider } = await lookUp(deps, ref);
        if (group === null) continue;
        const operation = operationOf(context, actingUser(context.execution, context.stage), `disable/${ref.name}`);
        if (!group.disabled) await provider.disableServerGroup(operation, ref);
        await unpin(deps, operation, group);
      }
      return { status: "SUCCEEDED" };
    },
  };
}

/** Waits until the routers confirm that they send the groups no new request. */
function waitUntilUnrouted(deps: DeliverDeps, falling: Falling): TaskDefinition {
  return {
    name: "waitForRouters",
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const gaps: string[] = [];
      for (const ref of falling.refs(context.stage)) {
        const { group } = await lookUp(deps, ref);
        const gap = group === null ? null : await stillRouted(deps, group);
        if (gap !== null) gaps.push(`${wordsOf(ref)}: ${gap}`);
      }
      if (gaps.length === 0) return { status: "SUCCEEDED" };
      return waiting(falling, context, "traffic.falling", `Waits for routers: ${gaps.join("; ")}`, 200);
    },
  };
}

/** Lets requests in flight end, at most `drainTimeoutSec`. */
function drain(deps: DeliverDeps, falling: Falling): TaskDefinition {
  return {
    name: "waitForRequestsInFlight",
    async run(context) {
      const limit = (falling.drainTimeoutSec?.(context.stage) ?? 30) * 1000;
      const since = context.task.startTime === null ? context.now() : new Date(context.task.startTime);
      const open: string[] = [];
      for (const ref of falling.refs(context.stage)) {
        const { group } = await lookUp(deps, ref);
        const count = group === null ? 0 : await requestsInFlight(deps, group);
        if (count !== 0)
          open.push(`${wordsOf(ref)}: ${count === null ? "unknown number of" : String(count)} requests in flight`);
      }
      if (open.length === 0) return { status: "SUCCEEDED" };
      if (context.now().getTime() - since.getTime() >= limit) {
        return { status: "SUCCEEDED", outputs: { drainTimedOut: open } };
      }
      return waiting(falling, context, "traffic.draining", `Lets requests end: ${open.join("; ")}`, 100);
    },
  };
}

/** Destroys the groups; one that is gone already is done. */
export function destroy(deps: DeliverDeps, falling: Falling): TaskDefinition {
  return {
    name: "destroyServerGroup",
    async run(context) {
      const refs = falling.refs(context.stage);
      const refusal = await deps.guards.check("destroy", refs);
      if (refusal !== null) return { status: "TERMINAL", failure: refusal };
      for (const ref of refs) {
        const { provider } = await lookUp(deps, ref);
        const user = actingUser(context.execution, context.stage);
        await provider.destroyServerGroup(operationOf(context, user, `destroy/${ref.name}`), ref);
      }
      return { status: "SUCCEEDED", outputs: { destroyedServerGroups: refs.map(refOf) } };
    },
  };
}

/** The tasks that take groups out of traffic without failing a request, in their order. */
export function outOfTraffic(deps: DeliverDeps, falling: Falling): TaskDefinition[] {
  return [disable(deps, falling), waitUntilUnrouted(deps, falling), drain(deps, falling)];
}

function waiting(
  falling: Falling,
  context: TaskContext,
  code: string,
  message: string,
  retryAfterMs: number,
): TaskResult {
  const accounts = [...new Set(falling.refs(context.stage).map((ref) => `account:${ref.account}`))];
  return { status: "RUNNING", retryAfterMs, wakeOn: accounts, waiting: { code, message } };
}
