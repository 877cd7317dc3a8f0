import type { JsonObject } from "@gennaker/contract/json.ts";
import { loadBalancersOf } from "./annotations.ts";
import { annotateArtifact, artifactFor, bindingKey, identityKey, versionText } from "./artifact.ts";
import { bindArtifacts } from "./bind.ts";
import { can, kindOf, rulesOfKind } from "./kinds.ts";
import { labelManifest } from "./labels.ts";
import type { Coordinates } from "./manifest.ts";
import {
  childOf,
  coordinatesOf,
  fullNameOf,
  labelsOf,
  namedByServer,
  nameOf,
  namespaceOf,
  replicasOf,
  sameCoordinates,
} from "./manifest.ts";
import type { Moniker } from "./moniker.ts";
import { annotateMoniker } from "./moniker.ts";
import { inDeployOrder } from "./order.ts";
import { manifestProblem } from "./read-manifests.ts";
import type { Selector } from "./selector.ts";
import { selects } from "./selector.ts";
import type { DeployMode } from "./strategy.ts";
import { strategyOf } from "./strategy.ts";
import { attach, parseLoadBalancer, setLoadBalancers } from "./traffic.ts";
import { chooseVersion, isVersioned, latestVersion } from "./version.ts";

export type DeployRequest = {
  account: string;
  manifests: readonly JsonObject[];
  /** Without a cluster each manifest is one of its own: `kind name`. */
  moniker: Moniker;
  /** What the stage says; null: nothing. */
  versioned: boolean | null;
  bindArtifacts: boolean;
  required: readonly JsonObject[];
  optional: readonly JsonObject[];
  /** `service web` … that the stage puts its workloads behind. */
  services: readonly string[];
  /** False is a dark rollout: behind the services by annotation only. */
  enableTraffic: boolean;
  /** The stage disables older versions afterwards, so that at least two must be kept. */
  blueGreen: boolean;
  selectors: readonly Selector[];
  skipTemplateLabels: boolean;
  managedBySuffix?: string;
  /** The version that what is versioned gets, where it was reserved before. */
  fixedVersion?: number;
};

/** What the cluster holds of what a plan depends on. */
export type World = {
  /** All objects of a kind in a namespace. */
  objects(kind: string, namespace: string): readonly JsonObject[];
  object(coordinates: Coordinates): JsonObject | null;
};

export type PlannedManifest = {
  manifest: JsonObject;
  artifact: JsonObject;
  mode: DeployMode;
  forceConflicts: boolean;
  /** False: the stage's label selectors leave it out. */
  selected: boolean;
};

export type DeployPlan = { manifests: PlannedManifest[]; boundArtifacts: JsonObject[] };

/** A manifest or a combination of settings that cannot be deployed; the message says which, why and what to do. */
export class DeployRuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DeployRuleError";
  }
}

/** What has to be known of the cluster before `planDeploy`: whole lists, and single objects where they exist. */
export function neededFor(request: DeployRequest): { lists: Omit<Coordinates, "name">[]; objects: Coordinates[] } {
  const lists = new Map<string, Omit<Coordinates, "name">>();
  const objects: Coordinates[] = [];
  for (const manifest of request.manifests) {
    const [kind, namespace, strategy] = [kindOf(manifest), namespaceOf(manifest), strategyOf(manifest)];
    const versioned = isVersioned(manifest, strategy, request.versioned) && !namedByServer(manifest);
    if (versioned) lists.set(`${kind} ${namespace}`, { kind, namespace });
    if (strategy.useSourceCapacity && !versioned) objects.push(coordinatesOf(manifest));
    if (!can(kind, "traffic") || !request.enableTraffic) continue;
    const names = request.services.length > 0 ? request.services : loadBalancersOf(manifest);
    objects.push(...names.map((name) => ({ namespace, ...parseLoadBalancer(name) })));
  }
  return { lists: [...lists.values()], objects };
}

/**
 * Makes of a stage's manifests what is sent to the cluster, by Clouddriver's rules: in deploy order each one is bound to
 * artifacts (those made earlier in the same stage among them), gets its version, annotations, capacity, traffic and labels,
 * and its name. Throws a DeployRuleError or TrafficError. Asks only what `neededFor` names.
 */
export function planDeploy(request: DeployRequest, world: World): DeployPlan {
  const inputs = inDeployOrder(request.manifests);
  for (const manifest of inputs) refuseUndeployable(manifest, request);
  const artifacts = new Map<string, JsonObject>();
  if (request.bindArtifacts) {
    for (const artifact of [...request.required, ...request.optional]) {
      const key = bindingKey(artifact);
      if (!artifacts.has(key)) artifacts.set(key, artifact);
    }
  }
  const boundArtifacts: JsonObject[] = [];
  const manifests = inputs.map((input): PlannedManifest => {
    const { manifest, bound } = bindArtifacts(input, [...artifacts.values()], { account: request.account });
    boundArtifacts.push(...bound.filter((artifact) => !boundArtifacts.includes(artifact)));
    const kind = kindOf(manifest);
    const strategy = strategyOf(manifest);
    const objects = world.objects(kind, namespaceOf(manifest));
    const versioned = isVersioned(manifest, strategy, request.versioned) && !namedByServer(manifest);
    const version = versioned ? (request.fixedVersion ?? chooseVersion(manifest, objects).version) : null;
    const moniker: Moniker = {
      ...request.moniker,
      cluster: request.moniker.cluster || fullNameOf(manifest),
      sequence: version ?? request.moniker.sequence,
    };
    const artifact = artifactFor(manifest, request.account, version);
    artifacts.set(bindingKey(artifact), artifact);
    annotateArtifact(manifest, artifact);
    if (strategy.useSourceCapacity && can(kind, "scale")) keepCapacity(manifest, objects, versioned, world);
    if (can(kind, "traffic")) {
      setLoadBalancers(manifest, request.services);
      if (request.enableTraffic) takeTraffic(manifest, inputs, world);
    }
    annotateMoniker(manifest, moniker);
    labelManifest(manifest, moniker, {
      skipTemplate: request.skipTemplateLabels,
      ...(request.managedBySuffix === undefined ? {} : { managedBySuffix: request.managedBySuffix }),
    });
    if (typeof artifact["reference"] === "string") childOf(manifest, "metadata")["name"] = artifact["reference"];
    const selected = selects(request.selectors, labelsOf(manifest));
    return { manifest, artifact, mode: strategy.mode, forceConflicts: strategy.forceConflicts, selected };
  });
  if (request.bindArtifacts) refuseUnbound(request.required, boundArtifacts);
  refuseReplaceWithSelectors(request, manifests);
  return { manifests, boundArtifacts };
}

/** Required artifacts that no manifest named: most likely a mistake in one of the names. */
export function refuseUnbound(required: readonly JsonObject[], bound: readonly JsonObject[]): void {
  const known = new Set(bound.map(identityKey));
  const missing = required.filter((artifact) => !known.has(identityKey(artifact)));
  if (missing.length === 0) return;
  const words = missing.map(({ type, name, reference }) => `${String(type)} ${String(name ?? reference ?? "")}`);
  throw new DeployRuleError(
    `These required artifacts are named by no manifest: ${words.join(", ")}. Compare the names with those in the manifests ` +
      "(an image's name is written there without tag or digest), or do not require them.",
  );
}

function refuseUndeployable(manifest: JsonObject, request: DeployRequest): void {
  const problem = manifestProblem(manifest);
  const what = `The manifest ${fullNameOf(manifest).trim() || "without a kind"}`;
  if (problem !== null) throw new DeployRuleError(`${what} ${problem}.`);
  if (rulesOfKind(kindOf(manifest)).priority === null)
    throw new DeployRuleError(`${what} cannot be deployed: the cluster makes objects of this kind itself.`);
  const { maxVersionHistory } = strategyOf(manifest);
  if (request.blueGreen && maxVersionHistory !== null && maxVersionHistory < 2)
    throw new DeployRuleError(
      `${what} keeps ${maxVersionHistory} version by its annotation strategy.spinnaker.io/max-version-history, but the red/black ` +
        "strategy needs the version before. Give it 2 or more.",
    );
}

function keepCapacity(manifest: JsonObject, objects: readonly JsonObject[], versioned: boolean, world: World): void {
  const latest = versioned ? latestVersion(nameOf(manifest), objects) : null;
  const name = latest === null ? nameOf(manifest) : `${nameOf(manifest)}-${versionText(latest)}`;
  const current =
    objects.find((object) => nameOf(object) === name) ?? world.object({ ...coordinatesOf(manifest), name });
  const replicas = current === null ? null : replicasOf(current);
  if (replicas !== null) childOf(manifest, "spec")["replicas"] = replicas;
}

function takeTraffic(manifest: JsonObject, inputs: readonly JsonObject[], world: World): void {
  for (const text of loadBalancersOf(manifest)) {
    const coordinates = { namespace: namespaceOf(manifest), ...parseLoadBalancer(text) };
    const sent = inputs.find((input) => sameCoordinates(coordinatesOf(input), coordinates));
    const loadBalancer = sent ?? world.object(coordinates);
    if (loadBalancer === null)
      throw new DeployRuleError(
        `${fullNameOf(manifest)} is to be put behind ${text}, and there is none in the namespace "${coordinates.namespace}". ` +
          "Deploy it before, or in the same stage.",
      );
    attach(loadBalancer, manifest);
  }
}

function refuseReplaceWithSelectors(request: DeployRequest, planned: readonly PlannedManifest[]): void {
  if (request.selectors.length === 0) return;
  const replaced = planned.find(({ mode }) => mode === "replace");
  if (replaced === undefined) return;
  throw new DeployRuleError(
    `${fullNameOf(replaced.manifest)} is to be replaced by its annotation, which does not go together with the stage's label ` +
      "selectors. Take one of them away.",
  );
}
