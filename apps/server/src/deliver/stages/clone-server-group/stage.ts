import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { cloneServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskContext } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import { clusterName, parseClusterName } from "../../../providers/port/naming.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { clusterPart } from "../create-server-group/document.ts";
import { deployEnds, strategyNamed } from "../create-server-group/stage.ts";
import { deployTasks } from "../create-server-group/tasks.ts";
import type { DeliverDeps } from "../deps.ts";
import { targetsOf } from "../server-groups/inventory.ts";
import { waitBeforeDeploy } from "../wait-for-condition/before-deploy.ts";

/** Deploys a server group again from the document it was deployed from, with what the stage says instead. */
export function cloneServerGroupStage(deps: DeliverDeps): StageType {
  return {
    type: "cloneServerGroup",
    description: "Creates a server group like another one",
    validate: rulesFor("cloneServerGroup").validate,
    tasks: ({ stage }) => deployTasks(deps, (context) => clonedCluster(deps, context), strategyNamed(stage)),
    before: (input) => waitBeforeDeploy(deps, input),
    ...deployEnds(deps),
  };
}

/** The source's launch document under the stage's own fields; the source is pinned by name and digest. */
async function clonedCluster(deps: DeliverDeps, context: TaskContext): Promise<JsonObject> {
  const fields = fieldsOf(cloneServerGroupSchema, context.stage);
  const region = fields.region ?? Object.keys(fields.availabilityZones ?? {})[0];
  const named = fields.source?.serverGroupName ?? fields.source?.asgName ?? fields.serverGroupName ?? fields.asgName;
  const [source] = await targetsOf(deps, {
    ...fields,
    account: fields.source?.account ?? fields.credentials ?? fields.account,
    credentials: undefined,
    region: fields.source?.region ?? region,
    serverGroupName: named,
    cluster: fields.cluster ?? clusterFrom(fields, context.execution.application),
  });
  if (source === undefined)
    throw new TaskError("clone.noSource", "The stage names no region to clone a server group in.");
  const target =
    fields.targetCluster === undefined || fields.targetCluster === "" ? null : parseClusterName(fields.targetCluster);
  const launch = Object.fromEntries(Object.entries(source.launch).filter(([key]) => key !== "deployedBy"));
  const own = Object.fromEntries(
    Object.entries(clusterPart(context.stage.context)).filter(([key]) => key !== "moniker"),
  );
  const cluster: JsonObject = {
    ...launch,
    artifact: artifactOf(launch, source.artifact),
    capacity: { ...source.capacity },
    region: source.region,
    ...own,
    account: fields.account ?? fields.credentials ?? source.account,
    source: { account: source.account, region: source.region, serverGroupName: source.name },
  };
  if (target !== null)
    Object.assign(cluster, { application: target.application, stack: target.stack, freeFormDetails: target.detail });
  if (fields.useSourceCapacity !== undefined) cluster["useSourceCapacity"] = fields.useSourceCapacity;
  return cluster;
}

/** What the source was launched from, or what it runs where the launch document does not say. */
function artifactOf(
  launch: JsonObject,
  runs: { type: string; reference: string; digest: string; version: string | null },
): JsonObject {
  return isJsonObject(launch["artifact"]) ? launch["artifact"] : { ...runs };
}

function clusterFrom(
  fields: {
    application?: string | undefined;
    stack?: string | undefined;
    freeFormDetails?: string | undefined;
    moniker?: { cluster?: string | undefined } | undefined;
  },
  application: string,
): string {
  if (fields.moniker?.cluster !== undefined) return fields.moniker.cluster;
  return clusterName({
    application: fields.application ?? application,
    stack: fields.stack ?? "",
    detail: fields.freeFormDetails ?? "",
  });
}
