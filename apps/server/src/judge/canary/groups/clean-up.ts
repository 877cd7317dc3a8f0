import type { TaskContext } from "../../../engine/api.ts";
import { canaryStageOf, findOwnedGroups, operationOf, type GroupPorts, type OwnedGroup } from "./owned.ts";
import { forgetPins, inFlight, takeTraffic, unconfirmed, type Told } from "./take-traffic.ts";

/** How far a clean-up's first half is: all traffic gone, or what it waits for. */
export type Drain =
  | { done: true; told: Told[]; trafficZero: boolean }
  | { done: false; why: string; trafficZero: boolean };

/** The routers have this long to confirm that the traffic is gone; after that the groups go all the same. */
export const confirmWithinMs = 120_000;
/** Requests in flight have this long to end once no new ones come. */
const drainWithinMs = 30_000;

/** The groups of the canary stage that the task belongs to. */
export async function ownedBy(ports: GroupPorts, context: TaskContext): Promise<OwnedGroup[]> {
  const canary = canaryStageOf(context.execution, context.stage);
  return canary === null ? [] : await findOwnedGroups(ports, context.execution, canary);
}

/**
 * One step towards groups without traffic, to be repeated until it is done: pins to zero first, then (once the routers
 * confirm it) disabled at the provider, then the requests in flight end. A router or provider that fails is tried again
 * until the time is up: a canary must not stay because of it.
 */
export async function drain(
  ports: GroupPorts,
  owned: readonly OwnedGroup[],
  context: TaskContext,
  elapsedMs: number,
): Promise<Drain> {
  const operation = (part: string) => operationOf(context, part);
  const over = elapsedMs > confirmWithinMs;
  let told: Told[] = [];
  let trafficZero = false;
  try {
    told = await takeTraffic(ports.routers, owned, operation);
    const open = await unconfirmed(told);
    trafficZero = open === null;
    if (open !== null && !over) return { done: false, why: open, trafficZero };
    for (const { group, provider } of owned) {
      if (!group.disabled) await provider.disableServerGroup(operation(`disable/${group.name}`), group);
    }
    const requests = await inFlight(told, owned);
    if (requests !== null && requests > 0 && elapsedMs <= drainWithinMs) {
      return { done: false, why: `${requests} requests are still in flight`, trafficZero };
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (!over) return { done: false, why: (error as Error).message, trafficZero };
  }
  return { done: true, told, trafficZero };
}

/** Destroys the groups and takes their pins away. Throws when one could not be destroyed, after trying all. */
export async function destroy(ports: GroupPorts, owned: readonly OwnedGroup[], context: TaskContext): Promise<void> {
  const operation = (part: string) => operationOf(context, part);
  const told = await takeTraffic(ports.routers, owned, operation).catch(() => []);
  const failures: string[] = [];
  await Promise.all(
    owned.map(async ({ group, provider }) => {
      try {
        await provider.destroyServerGroup(operation(`destroy/${group.name}`), group);
      } catch (error) {
        failures.push(`${group.name}: ${(error as Error).message}`);
      }
    }),
  );
  context.signal.throwIfAborted();
  if (failures.length > 0) throw new Error(failures.join("; "));
  await forgetPins(told, owned, operation);
}

const lookAgainMs = 100;

/** The whole clean-up in one go, for cancel: nothing of the pair is left when it resolves. */
export async function cleanUp(
  ports: GroupPorts,
  context: TaskContext,
): Promise<{ destroyed: string[]; trafficZeroAt: string | null }> {
  const owned = await ownedBy(ports, context);
  if (owned.length === 0) return { destroyed: [], trafficZeroAt: null };
  const begun = Date.now();
  let trafficZeroAt: string | null = null;
  for (;;) {
    const step = await drain(ports, owned, context, Date.now() - begun);
    if (step.trafficZero) trafficZeroAt ??= context.now().toISOString();
    if (step.done) break;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    context.signal.throwIfAborted();
  }
  await destroy(ports, owned, context);
  return { destroyed: owned.map(({ group }) => group.name), trafficZeroAt };
}
