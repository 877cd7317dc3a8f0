import type { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import { TaskError } from "../../engine/api.ts";
import type { ExecutionView, StageView } from "../../engine/api.ts";
import type { Account, Operation, ProviderPort, ServerGroup, ServerGroupRef } from "../../providers/port/api.ts";
import type { LoadBalancer, LoadBalancerRef, RouterPort, TrafficTarget } from "../port/api.ts";

/** The ports of stages that move traffic, and of those that change what is behind it. */
export type TrafficDeps = { providers: ReadonlyMap<string, ProviderPort>; routers: readonly RouterPort[] };

/** The fields of a stage after its expressions were evaluated; a wrong one ends the stage with its place and reason. */
export function fieldsOf<S extends z.ZodType>(schema: S, stage: StageView): z.output<S> {
  return fieldsIn(schema, stage.context, stage.type);
}

export function fieldsIn<S extends z.ZodType>(schema: S, document: JsonObject, what: string): z.output<S> {
  const result = readFields(schema, document);
  if (result.ok) return result.value;
  const words = result.problems.map((problem) => `${problem.pointer || "/"} ${problem.reason}`).join("; ");
  throw new TaskError("stage.fields", `The ${what} stage cannot run: ${words}. Correct the pipeline and start again.`);
}

/** The account and its provider. No name means the only account there is. */
export async function accountOf(
  deps: TrafficDeps,
  name: string | undefined,
): Promise<{ account: Account; provider: ProviderPort }> {
  const known: { account: Account; provider: ProviderPort }[] = [];
  for (const provider of deps.providers.values()) {
    for (const account of await provider.accounts()) known.push({ account, provider });
  }
  const names = known.map(({ account }) => account.name).join(", ") || "none";
  const wanted = name === undefined || name === "" ? null : name;
  const [only, ...others] = known.filter(({ account }) => wanted === null || account.name === wanted);
  if (only !== undefined && (wanted !== null || others.length === 0)) return only;
  if (wanted === null) throw new TaskError("account.unclear", `The stage names no account. Name one of: ${names}.`);
  throw new TaskError("account.missing", `There is no account "${wanted}". Known accounts: ${names}.`);
}

/** The region named, or the account's only one. */
export function regionOf(account: Account, name: string | undefined): string {
  const names = account.regions.map((region) => region.name);
  if (name !== undefined && name !== "") {
    if (names.includes(name)) return name;
    throw new TaskError(
      "region.missing",
      `Account ${account.name} has no region "${name}". It has: ${names.join(", ") || "none"}.`,
    );
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw new TaskError(
    "region.unclear",
    `The stage names no region. Account ${account.name} has: ${names.join(", ") || "none"}.`,
  );
}

/** The load balancer and the router that runs it, null when no router has it. */
export async function findLoadBalancer(
  deps: TrafficDeps,
  ref: LoadBalancerRef,
): Promise<{ router: RouterPort; loadBalancer: LoadBalancer } | null> {
  for (const router of deps.routers) {
    const loadBalancer = await router.loadBalancer(ref);
    if (loadBalancer !== null) return { router, loadBalancer };
  }
  return null;
}

export async function requireLoadBalancer(
  deps: TrafficDeps,
  ref: LoadBalancerRef,
): Promise<{ router: RouterPort; loadBalancer: LoadBalancer }> {
  const found = await findLoadBalancer(deps, ref);
  if (found !== null) return found;
  const known: string[] = [];
  for (const router of deps.routers) {
    for (const other of await router.loadBalancers({ account: ref.account })) known.push(other.name);
  }
  throw new TaskError(
    "loadBalancer.missing",
    `There is no load balancer "${ref.name}" in ${ref.account}/${ref.region} (known there: ${known.join(", ") || "none"}). ` +
      "Create it with an upsertLoadBalancer stage before this one.",
  );
}

/** Null when every router of the group sends it traffic; otherwise what is still missing, in words. */
export async function notYetRouted(deps: TrafficDeps, group: ServerGroup): Promise<string | null> {
  return await firstGap(deps, group, (target) => {
    if (target === null) return "has not taken it up";
    if (target.disabled) return "still has it as disabled";
    if (target.healthyInstances === 0) return "sees none of its instances healthy";
    return target.requestedPercent > 0 || target.pinnedPercent === 0 ? null : "gives it no share";
  });
}

/** Null when no router of the group sends it new requests; otherwise what is still missing, in words. */
export async function stillRouted(deps: TrafficDeps, group: ServerGroup): Promise<string | null> {
  return await firstGap(deps, group, (target) =>
    target === null || (target.disabled && target.requestedPercent === 0) ? null : "still sends it requests",
  );
}

/** Requests in flight over all its load balancers; null when a router cannot be asked. */
export async function requestsInFlight(deps: TrafficDeps, group: ServerGroup): Promise<number | null> {
  let sum = 0;
  for (const name of group.loadBalancers) {
    const ref = { account: group.account, region: group.region, name };
    const found = await findLoadBalancer(deps, ref);
    if (found === null) continue;
    const count = await found.router.inFlight(ref, group.name);
    if (count === null) return null;
    sum += count;
  }
  return sum;
}

/** Takes the group's pins away wherever it has one. */
export async function unpin(deps: TrafficDeps, operation: Operation, group: ServerGroup): Promise<void> {
  for (const name of group.loadBalancers) {
    const ref = { account: group.account, region: group.region, name };
    const found = await findLoadBalancer(deps, ref);
    const target = found?.loadBalancer.targets.find((candidate) => candidate.serverGroup === group.name);
    if (found === null || target === undefined || target.pinnedPercent === null) continue;
    await found.router.patchWeights({ ...operation, key: `${operation.key}/unpin/${name}` }, ref, [
      { serverGroup: group.name, percent: null },
    ]);
  }
}

/** The operation of a task: its key, its signal, and the person the stage acts for. */
export function operationOf(
  context: { operationKey: string; signal: AbortSignal; execution: ExecutionView },
  user: string,
  part: string,
): Operation {
  return {
    key: `${context.operationKey}/${part}`,
    signal: context.signal,
    actor: { user, roles: [], via: "engine" },
  };
}

export function wordsOf(ref: ServerGroupRef): string {
  return `${ref.name} (${ref.account}/${ref.region})`;
}

async function firstGap(
  deps: TrafficDeps,
  group: ServerGroup,
  gap: (target: TrafficTarget | null) => string | null,
): Promise<string | null> {
  for (const name of group.loadBalancers) {
    const ref = { account: group.account, region: group.region, name };
    const found = await findLoadBalancer(deps, ref);
    if (found === null) continue;
    const missing = gap(found.loadBalancer.targets.find((target) => target.serverGroup === group.name) ?? null);
    if (missing !== null) return `load balancer ${name} ${missing}`;
    const confirmed = await found.router.confirmedGeneration(ref);
    if (confirmed === null) return `the router of load balancer ${name} cannot be asked which generation is in force`;
    const wanted = found.loadBalancer.generation;
    if (confirmed < wanted) return `load balancer ${name} has generation ${confirmed} in force and waits for ${wanted}`;
  }
  return null;
}
