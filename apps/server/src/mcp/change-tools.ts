import type { RouteName } from "@gennaker/contract/routes.ts";
import type { Cluster, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { z } from "zod";
import type { Ask, Given, Tool } from "./api.ts";
import { ToolFailure } from "./api.ts";
import { requestFor } from "./request.ts";

const text = (about: string) => z.string().min(1).max(2_000).describe(about);
const execution = text("the execution's id");
const stage = text("the stage's refId or id");
const reason = text("why, for the audit and for those who look later");

type Change = {
  name: string;
  title: string;
  description: string;
  destructive?: boolean;
  input: z.ZodRawShape;
  route: RouteName;
};

function change({ route, ...tool }: Change): Tool {
  return {
    ...tool,
    changes: true,
    routes: [route],
    run: (input, ask) => ask(requestFor(route, input)),
  };
}

/** What an assistant may change where the configuration offers it, and its caller may do the same over the own API. */
export const changeTools: readonly Tool[] = [
  change({
    name: "start_pipeline",
    title: "Start a pipeline",
    description: "Starts a run and gives its id. Try dry_run_pipeline first.",
    input: {
      pipeline: text("the pipeline's id"),
      parameters: z.record(z.string(), z.unknown()).optional(),
      reason: reason.optional(),
    },
    route: "startPipeline",
  }),
  change({
    name: "judge_stage",
    title: "Answer a manual judgement",
    description: "Lets a run that waits for a person go on, or stops it.",
    input: {
      execution,
      stage,
      decision: z.enum(["continue", "stop"]),
      input: text("one of the choices that the judgement offers").optional(),
      reason: reason.optional(),
    },
    route: "judgeStage",
  }),
  change({
    name: "cancel_execution",
    title: "Cancel an execution",
    description: "Ends a run; what it has begun is undone where its stages can.",
    destructive: true,
    input: { execution, reason },
    route: "cancelExecution",
  }),
  change({
    name: "pause_execution",
    title: "Pause an execution",
    description: "Holds a run before its next stages.",
    input: { execution },
    route: "pauseExecution",
  }),
  change({
    name: "resume_execution",
    title: "Resume an execution",
    description: "Lets a paused run go on.",
    input: { execution },
    route: "resumeExecution",
  }),
  change({
    name: "restart_stage",
    title: "Restart a stage",
    description: "Runs a stage that has ended, and what comes after it, again.",
    input: { execution, stage },
    route: "restartStage",
  }),
  {
    name: "roll_back_server_group",
    title: "Roll back a server group",
    description:
      "Brings the server group before it, or the named one, back to full size and traffic before the bad one loses its own.",
    changes: true,
    destructive: true,
    input: {
      application: text("the application's name"),
      serverGroup: text("the bad server group's name"),
      restore: text("the server group to go back to; default: the newest before it").optional(),
      account: text("where several accounts have one of that name").optional(),
      reason,
    },
    routes: ["listClusters", "startOperation"],
    run: rollBack,
  },
];

async function rollBack(input: Given, ask: Ask): Promise<unknown> {
  const { application, serverGroup, restore, account, reason: why } = input as Record<string, string | undefined>;
  const clusters = (await ask({ route: "listClusters", params: { application: application ?? "" } })) as Cluster[];
  const groups = clusters.flatMap((cluster) => cluster.serverGroups);
  const bad = onlyOne(
    groups.filter(({ name, account: of }) => name === serverGroup && (account === undefined || of === account)),
    `server group ${serverGroup} in ${application}`,
  );
  const beside = groups.filter(
    (group) => group.account === bad.account && group.region === bad.region && group.cluster === bad.cluster,
  );
  const good = restore === undefined ? before(beside, bad) : beside.find(({ name }) => name === restore);
  if (good === undefined || good === bad)
    throw new ToolFailure(`There is no server group to go back to from ${bad.name}. Name one with restore.`);
  const job = {
    type: "rollbackServerGroup",
    name: `Roll back ${bad.name} to ${good.name}`,
    cloudProvider: bad.cloudProvider,
    account: bad.account,
    credentials: bad.account,
    region: bad.region,
    regions: [bad.region],
    cluster: bad.cluster,
    serverGroupName: bad.name,
    rollbackType: "EXPLICIT",
    rollbackContext: { rollbackServerGroupName: bad.name, restoreServerGroupName: good.name },
  };
  return ask({ route: "startOperation", body: { application, description: `${job.name}: ${why}`, job: [job] } });
}

function onlyOne(found: readonly ServerGroup[], what: string): ServerGroup {
  const [first] = found;
  if (first === undefined) throw new ToolFailure(`There is no ${what}. See list_clusters.`);
  if (found.length > 1) throw new ToolFailure(`There are ${found.length} of ${what}: name its account.`);
  return first;
}

/** The newest of those made before it that is no part of a canary. */
function before(beside: readonly ServerGroup[], bad: ServerGroup): ServerGroup | undefined {
  return beside
    .filter((group) => group.createdAt < bad.createdAt && group.canaryRole === null)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}
