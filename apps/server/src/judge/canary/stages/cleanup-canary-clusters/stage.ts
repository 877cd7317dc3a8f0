import type { PlanInput, StageType, TaskContext, TaskDefinition } from "../../../../engine/api.ts";
import { cleanUp, confirmWithinMs, destroy, drain, ownedBy } from "../../groups/clean-up.ts";
import { canaryStageOf, type GroupPorts } from "../../groups/owned.ts";
import { inWords } from "@gennaker/pipeline-model/canary/duration.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";

const lookAgainMs = 100;

/** Removes the pair of a canary stage: traffic to zero first, then the requests in flight, then the groups. */
export function cleanupCanaryClustersStage(ports: GroupPorts): StageType {
  return {
    type: "cleanupCanaryClusters",
    description: "Takes the traffic from a canary's server groups and destroys them",
    validate: () => [],
    tasks: (input) => [zeroTraffic(ports), waitBeforeCleanup(delayOf(input)), destroyGroups(ports)],
    cancel: async (context) => ({ outputs: await cleanUp(ports, context) }),
  };
}

function elapsed(context: TaskContext): number {
  return context.task.startTime === null ? 0 : context.now().getTime() - Date.parse(context.task.startTime);
}

function zeroTraffic(ports: GroupPorts): TaskDefinition {
  return {
    name: "zeroCanaryTraffic",
    timeoutMs: 2 * confirmWithinMs,
    async run(context) {
      const owned = await ownedBy(ports, context);
      const known =
        context.stage.outputs["trafficZeroAt"] ??
        canaryStageOf(context.execution, context.stage)?.outputs["trafficZeroAt"];
      const step = await drain(ports, owned, context, elapsed(context));
      const outputs =
        step.trafficZero && owned.length > 0 ? { trafficZeroAt: known ?? context.now().toISOString() } : {};
      if (step.done) return { status: "SUCCEEDED", outputs };
      return {
        status: "RUNNING",
        outputs,
        retryAfterMs: lookAgainMs,
        wakeOn: [...new Set(owned.map(({ group }) => `account:${group.account}`))],
        waiting: {
          code: "canary.draining",
          message: `Waits until the canary's server groups have no traffic: ${step.why}`,
        },
      };
    },
  };
}

function delayOf({ execution, stage }: PlanInput): number {
  const canary = canaryStageOf(execution, stage);
  return canary === null ? 0 : (readCanaryStage(canary.context).settings.deployments?.delayBeforeCleanupMs ?? 0);
}

function waitBeforeCleanup(delayMs: number): TaskDefinition {
  return {
    name: "waitBeforeCleanup",
    timeoutMs: delayMs + 3_600_000,
    async run(context) {
      const left = delayMs - elapsed(context);
      if (left <= 0) return { status: "SUCCEEDED" };
      return {
        status: "RUNNING",
        retryAfterMs: left,
        waiting: {
          code: "canary.delayBeforeCleanup",
          message: `Keeps the server groups without traffic for another ${inWords(left)} for inspection`,
        },
      };
    },
  };
}

function destroyGroups(ports: GroupPorts): TaskDefinition {
  return {
    name: "destroyCanaryServerGroups",
    async run(context) {
      const owned = await ownedBy(ports, context);
      const before = Array.isArray(context.stage.outputs["destroyed"]) ? context.stage.outputs["destroyed"] : [];
      const destroyed = [...new Set([...before, ...owned.map(({ group }) => group.name)])];
      try {
        await destroy(ports, owned, context);
      } catch (error) {
        context.signal.throwIfAborted();
        return {
          status: "RUNNING",
          retryAfterMs: 1000,
          outputs: { destroyed },
          waiting: {
            code: "canary.destroying",
            message: `Could not destroy yet, trying again: ${(error as Error).message}`,
          },
        };
      }
      return { status: "SUCCEEDED", outputs: { destroyed } };
    },
  };
}
