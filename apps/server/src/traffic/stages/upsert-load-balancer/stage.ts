import { upsertLoadBalancerSchema } from "@gennaker/pipeline-model/stages/traffic.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, StageView } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import type { LoadBalancerRef, LoadBalancerSpec } from "../../port/api.ts";
import { accountOf, fieldsOf, findLoadBalancer, operationOf, regionOf, requireLoadBalancer } from "../api.ts";
import type { TrafficDeps } from "../api.ts";

/** A router that has the load balancer in force and yet says that it is down is given this long to mend it. */
const downAtMostMs = 10_000;
const defaultHealthCheck = { path: "/health", intervalMs: 1000, timeoutMs: 1000, healthy: 1, unhealthy: 3 };

/** Creates a load balancer or changes it, and waits until its router has it in force. */
export function upsertLoadBalancerStage(deps: TrafficDeps): StageType {
  return {
    type: "upsertLoadBalancer",
    description: "Creates or changes a load balancer",
    validate: rulesFor("upsertLoadBalancer").validate,
    tasks: () => [
      {
        name: "upsertLoadBalancer",
        async run(context) {
          const spec = await specOf(deps, context.stage, context.execution.application);
          const router = (await findLoadBalancer(deps, spec))?.router ?? deps.routers[0];
          if (router === undefined)
            throw new TaskError(
              "router.missing",
              "This Gennaker runs no traffic router, so there can be no load balancer.",
            );
          await router.upsertLoadBalancer(operationOf(context, context.execution.authentication.user, "upsert"), spec);
          return {
            status: "SUCCEEDED",
            outputs: { loadBalancer: { account: spec.account, region: spec.region, name: spec.name, port: spec.port } },
          };
        },
      },
      {
        name: "waitForRouter",
        timeoutMs: 5 * 60 * 1000,
        async run({ stage, task, now }) {
          const ref = await refOf(deps, stage);
          const { router, loadBalancer } = await requireLoadBalancer(deps, ref);
          const confirmed = await router.confirmedGeneration(ref);
          const inForce = confirmed !== null && confirmed >= loadBalancer.generation;
          if (inForce && loadBalancer.state === "up") return { status: "SUCCEEDED" };
          const waitedMs = task.startTime === null ? 0 : now().getTime() - new Date(task.startTime).getTime();
          if (inForce && waitedMs > downAtMostMs) {
            const message = `Load balancer ${ref.name} is not up: ${loadBalancer.reason}. It is kept and comes up by itself once that is mended.`;
            return { status: "TERMINAL", failure: { code: "loadBalancer.down", message } };
          }
          const why =
            loadBalancer.reason === ""
              ? `generation ${loadBalancer.generation} is not yet in force`
              : loadBalancer.reason;
          return {
            status: "RUNNING",
            retryAfterMs: 200,
            wakeOn: [`account:${ref.account}`],
            waiting: { code: "loadBalancer.starting", message: `Load balancer ${ref.name} is not up yet: ${why}` },
          };
        },
      },
    ],
  };
}

async function refOf(deps: TrafficDeps, stage: StageView): Promise<LoadBalancerRef> {
  const fields = fieldsOf(upsertLoadBalancerSchema, stage);
  const { account } = await accountOf(deps, fields.account ?? fields.credentials);
  return {
    account: account.name,
    region: regionOf(account, fields.region),
    name: fields.loadBalancerName ?? stage.name,
  };
}

async function specOf(deps: TrafficDeps, stage: StageView, application: string): Promise<LoadBalancerSpec> {
  const fields = fieldsOf(upsertLoadBalancerSchema, stage);
  const given = fields.healthCheck ?? {};
  return {
    ...(await refOf(deps, stage)),
    application: fields.application ?? application,
    port: fields.port,
    healthCheck: {
      path: given.path ?? defaultHealthCheck.path,
      intervalMs: given.intervalMs ?? defaultHealthCheck.intervalMs,
      timeoutMs: given.timeoutMs ?? defaultHealthCheck.timeoutMs,
      healthy: given.healthy ?? defaultHealthCheck.healthy,
      unhealthy: given.unhealthy ?? defaultHealthCheck.unhealthy,
    },
  };
}
