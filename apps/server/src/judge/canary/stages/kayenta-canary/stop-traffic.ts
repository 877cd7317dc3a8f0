import type { JsonObject } from "@gennaker/contract/json.ts";
import type { TaskContext } from "../../../../engine/api.ts";
import { findOwnedGroups, operationOf } from "../../groups/owned.ts";
import { takeTraffic, unconfirmed } from "../../groups/take-traffic.ts";
import type { CanaryStageDependencies } from "./dependencies.ts";

/** The routers are waited for this long here; the clean-up goes on waiting. */
const waitMs = 5_000;
const lookAgainMs = 20;

/**
 * Takes the traffic from a failed canary at once, before anything else is planned. `trafficZeroAt` is when the routers
 * confirmed it. Whatever goes wrong here is left to the clean-up, which begins with the same step.
 */
export async function stopTraffic(deps: CanaryStageDependencies, context: TaskContext): Promise<JsonObject> {
  if ((context.stage.context["deployments"] ?? null) === null) return {};
  try {
    const owned = await findOwnedGroups(deps, context.execution, context.stage);
    const told = await takeTraffic(deps.routers, owned, (part) => operationOf(context, part));
    if (told.length === 0) return {};
    for (const until = Date.now() + waitMs; Date.now() < until && !context.signal.aborted;) {
      if ((await unconfirmed(told)) === null) return { trafficZeroAt: context.now().toISOString() };
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
    return {};
  } catch {
    context.signal.throwIfAborted();
    return {};
  }
}
