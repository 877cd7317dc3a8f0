import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { clusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext } from "../../../engine/api.ts";
import type { ServerGroup } from "../../../providers/port/api.ts";
import { clusterName as nameOfCluster } from "../../../providers/port/naming.ts";
import { accountOf, fieldsIn, regionOf, requireLoadBalancer } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { complete } from "../server-groups/capacity.ts";
import { clusterIn } from "../server-groups/inventory.ts";
import { requireStrategy } from "../deploy/strategies/registry.ts";
import { artifactById } from "./artifact.ts";
import { clusterPart, inPlace, regionsOfCluster, sourceAmong } from "./document.ts";
import type { DeployState } from "./state.ts";

/** Everything that must be known, and can be wrong, before anything is created. */
export async function determineSource(
  deps: DeliverDeps,
  cluster: JsonObject,
  context: TaskContext,
): Promise<DeployState> {
  const fields = fieldsIn(clusterSchema, cluster, context.stage.type);
  const { account, provider } = await accountOf(deps, fields.account ?? fields.credentials);
  const asked = fields.cloudProvider ?? fields.provider;
  if (asked !== undefined && asked !== "" && asked !== provider.name) {
    const message = `Account ${account.name} belongs to cloud provider ${provider.name}, but the cluster says ${asked}. Correct one of them.`;
    throw new TaskError("cluster.provider", message);
  }
  if (!account.reachable) {
    const message = `Account ${account.name} cannot be reached: ${account.reason}`;
    throw new TaskError("account.unreachable", message, { retryable: true });
  }
  const region = regionOf(account, regionsOfCluster(cluster)[0]);
  const strategy = requireStrategy(fields.strategy);
  if (strategy.replacesDeploy === true && (fields.strategyPipeline ?? "") === "")
    throw new TaskError(
      "strategy.unnamed",
      "The strategy custom needs strategyPipeline: the id of the strategy that deploys the cluster.",
    );
  const application = fields.application ?? context.execution.application;
  const clusterName = nameOfCluster({ application, stack: fields.stack ?? "", detail: fields.freeFormDetails ?? "" });
  for (const name of fields.loadBalancers ?? [])
    await requireLoadBalancer(deps, { account: account.name, region, name });

  const existing = await clusterIn({ account: account.name, region, provider }, clusterName);
  const own = existing.filter((group) => deployedBy(group) !== context.stage.id);
  const named = fields.source?.serverGroupName ?? fields.source?.asgName;
  const source = own.find((group) => group.name === named) ?? sourceAmong(own);
  const none = { min: 0, max: 0, desired: 0 };
  const wanted = complete(definedOnly(fields.capacity ?? { desired: 1 }), none);
  const copies = fields.useSourceCapacity === true || fields.preferSourceCapacity === true;
  const like = copies && source !== null && source.capacity.desired > 0 ? source.capacity : wanted;
  const place = { account: account.name, region, cloudProvider: provider.name, application };
  const document = withArtifact(inPlace(clusterPart(cluster), place, like), fields.artifactId, context);
  refuseInvalid(provider.validateCluster(document));
  return {
    ...place,
    cluster: clusterName,
    target: like,
    source:
      source === null
        ? null
        : {
            name: source.name,
            capacity: source.capacity,
            enabled: !source.disabled,
            artifact: isJsonObject(source.launch["artifact"]) ? source.launch["artifact"] : { ...source.artifact },
          },
    document,
  };
}

/** The stage that created a group, as the deploy wrote it into its launch document; null for others. */
export function deployedBy(group: ServerGroup): string | null {
  const mark = group.launch["deployedBy"];
  return isJsonObject(mark) && typeof mark["stageId"] === "string" ? mark["stageId"] : null;
}

function withArtifact(document: JsonObject, artifactId: string | undefined, context: TaskContext): JsonObject {
  if (artifactId === undefined || artifactId === "" || isJsonObject(document["artifact"])) return document;
  const artifact = artifactById(context.execution, artifactId);
  if (artifact !== null) return { ...document, artifact };
  const message = `No artifact is bound to "${artifactId}". Start the run with an artifact that matches it, or give the expected artifact a default.`;
  throw new TaskError("artifact.unbound", message, { details: { artifactId } });
}

function refuseInvalid(problems: readonly { pointer: string; reason: string }[]): void {
  if (problems.length === 0) return;
  const words = problems.map((problem) => `${problem.pointer || "/"} ${problem.reason}`).join("; ");
  throw new TaskError("cluster.invalid", `The cluster cannot be deployed: ${words}.`);
}

function definedOnly(capacity: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(capacity).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
