import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capacity } from "./documents.ts";
import { destroyAll } from "./commands.ts";
import { problemsOfEvents } from "./event-history.ts";
import { processesOf, servicesOf } from "./processes.ts";
import type { StormRun } from "./storm.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** The gateway's process id, as it wrote it down. */
export function gatewayPid(dataDirectory: string): number {
  return Number(readFileSync(join(dataDirectory, "gateway", "gateway.pid"), "utf8").trim());
}

/** With the server dead nothing moves: no instance may have been started twice. */
export function problemsWhileDown(world: World): string[] {
  return [...servicesOf(world.folder)]
    .filter(([, services]) => services.length > 1)
    .map(([instance, services]) => `instance ${instance} runs ${services.length} times`);
}

/** What a run must have come to, whatever happened meanwhile: one version serves, nothing of the canary is left. */
export async function problemsOfRun(world: World, run: StormRun, execution: Execution): Promise<string[]> {
  const problems: string[] = [];
  if (run.outcome !== run.expected && !(run.outcome === "inconclusive" && run.kills > 0)) {
    problems.push(`${run.version} should be ${run.expected} and is ${run.outcome}: ${run.status} ${run.why}`);
  }
  const groups = await groupsOf(world);
  const canaries = groups.filter((group) => group.canaryRole !== null);
  if (canaries.length > 0) problems.push(`left behind by the canary: ${canaries.map(({ name }) => name).join(", ")}`);
  const live = groups.filter((group) => !group.disabled);
  if (live.length !== 1)
    problems.push(`${live.length} server groups serve: ${live.map(({ name }) => name).join(", ")}`);
  if (live[0] && live[0].instances.length !== capacity)
    problems.push(`${live[0].name} has ${live[0].instances.length} instances`);
  const balancers = await world.client.call("listLoadBalancers", { params: { application: "shop" } });
  for (const target of balancers.flatMap((balancer) => balancer.targets)) {
    const share = target.serverGroup === live[0]?.name ? 100 : 0;
    if (target.requestedPercent !== share)
      problems.push(`${target.serverGroup} gets ${target.requestedPercent} % instead of ${share} %`);
    if (target.pinnedPercent !== null) problems.push(`${target.serverGroup} keeps a pin of ${target.pinnedPercent} %`);
  }
  const starts = (await world.client.call("listAudit", { query: { resource: `execution/${execution.id}` } })).filter(
    ({ action }) => action === "execution.start",
  );
  if (starts.length !== 1) problems.push(`the start of ${execution.id} has ${starts.length} audit rows`);
  return problems;
}

/** What must hold over all runs: each deployment made one server group, every instance is known, every change was told. */
export async function problemsAtTheEnd(
  world: World,
  executions: readonly Execution[],
  events: readonly LiveEvent[],
): Promise<string[]> {
  const problems = problemsOfEvents(executions, events);
  const runs = await world.client.call("listExecutions", { query: { application: "shop", limit: 100 } });
  const pipelineRuns = runs.filter(({ type }) => type === "PIPELINE");
  // The set-up was not under the storm, its server group counts all the same.
  if (pipelineRuns.length !== executions.length + 1)
    problems.push(`${pipelineRuns.length} runs are stored instead of ${executions.length + 1}`);
  problems.push(...problemsOfNames(pipelineRuns, events, await groupsOf(world)));
  problems.push(...(await strangers(world)));
  await destroyAll(world.client, "shop");
  const left = await until(
    "nothing of an instance runs once all server groups are destroyed",
    () => processesOf(world.folder).every(({ instance }) => instance === null),
    30_000,
  ).catch((error: unknown) => (error as Error).message);
  if (left !== true) problems.push(left);
  return problems;
}

/** Each createServerGroup stage deployed one server group, and there never was another one. */
function problemsOfNames(
  executions: readonly Execution[],
  events: readonly LiveEvent[],
  groups: readonly ServerGroup[],
): string[] {
  const problems: string[] = [];
  const deployed = executions
    .flatMap((execution) => execution.stages)
    .filter((stage) => stage.type === "createServerGroup")
    .flatMap((stage) => {
      const names = Object.values((stage.context["deploy.server.groups"] ?? {}) as Record<string, string[]>).flat();
      if (stage.status === "SUCCEEDED" && names.length !== 1)
        problems.push(`stage ${stage.id} deployed ${names.length} server groups`);
      return names;
    });
  if (new Set(deployed).size !== deployed.length)
    problems.push(`two stages deployed the same server group: ${deployed.join(", ")}`);
  const ever = new Set(
    events.filter(({ type }) => type === "serverGroup.changed").map(({ data }) => String(data["name"])),
  );
  for (const name of [...ever, ...groups.map((group) => group.name)])
    if (!deployed.includes(name)) problems.push(`no stage deployed ${name}`);
  const clusters = Map.groupBy(deployed, (name) => name.replace(/-v\d+$/, ""));
  for (const [cluster, names] of clusters) {
    const highest = Math.max(...names.map((name) => Number(/v(\d+)$/.exec(name)?.[1])));
    if (highest !== names.length - 1) problems.push(`${names.length} deployments of ${cluster} used up v${highest}`);
  }
  return problems;
}

/** Processes of instances that the inventory does not know, and known ones that do not run, once both have settled. */
async function strangers(world: World): Promise<string[]> {
  const compare = async () => {
    const listed = new Set((await groupsOf(world)).flatMap((group) => group.instances.map(({ id }) => id)));
    const running = new Set(processesOf(world.folder).flatMap(({ instance }) => instance ?? []));
    return [...[...running].filter((id) => !listed.has(id)), ...[...listed].filter((id) => !running.has(id))];
  };
  const settled = await until(
    "inventory and processes agree",
    async () => (await compare()).length === 0,
    20_000,
  ).catch(() => false);
  return settled === true ? [] : [`inventory and processes differ in ${(await compare()).join(", ")}`];
}

async function groupsOf(world: World): Promise<ServerGroup[]> {
  return (await world.client.call("listClusters", { params: { application: "shop" } })).flatMap(
    (cluster) => cluster.serverGroups,
  );
}
