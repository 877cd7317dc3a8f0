import { z } from "zod";
import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { isExpression, toText } from "../coerce.ts";
import { choice, count, flag, list, map, maybe, number, object, text, texts } from "../fields.ts";

const blankToAbsent = (value: unknown): unknown =>
  typeof value === "string" && value.trim() === "" ? undefined : value;
/** As `choice`, and a text of blanks is absent: that is what Deck leaves behind. */
const choiceOrBlank = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.preprocess(blankToAbsent, maybe(choice(words))).optional();

const selectorKinds = ["ANY", "EQUALS", "NOT_EQUALS", "CONTAINS", "NOT_CONTAINS", "EXISTS", "NOT_EXISTS"] as const;
const labelSelectors = maybe(
  object({
    selectors: maybe(list(object({ key: maybe(text), kind: maybe(choice(selectorKinds)), values: maybe(texts) }))),
  }),
);

const accountFields = { account: maybe(text), credentials: maybe(text), cloudProvider: maybe(text) };

/** Which object a stage works on: one by name, one of a cluster by a criterion, or all of some kinds by their labels. */
const targetFields = {
  ...accountFields,
  location: maybe(text),
  app: maybe(text),
  mode: maybe(choice(["static", "dynamic", "label"])),
  manifestName: maybe(text),
  kind: maybe(text),
  kinds: maybe(texts),
  cluster: maybe(text),
  criteria: choiceOrBlank(["newest", "second_newest", "oldest", "largest", "smallest"]),
  labelSelectors,
};

const bindArtifact = object({ expectedArtifactId: maybe(text), artifact: maybe(map) });

const sourceFields = {
  source: maybe(choice(["text", "artifact"])),
  manifestArtifactId: maybe(text),
  manifestArtifact: maybe(map),
  manifestArtifactAccount: maybe(text),
  requiredArtifactIds: maybe(texts),
  requiredArtifacts: maybe(list(bindArtifact)),
  skipExpressionEvaluation: maybe(flag),
};

const moniker = maybe(
  object({
    app: maybe(text),
    cluster: maybe(text),
    stack: maybe(text),
    detail: maybe(text),
    sequence: maybe(number),
  }),
);

export const trafficStrategies = ["none", "redblack", "bluegreen", "highlander"] as const;

/** Deploys manifests, versioned and bound, waits until they are stable, and takes older versions out of traffic. */
export const deployManifestSchema = object({
  ...accountFields,
  ...sourceFields,
  /** Objects; lists and texts of YAML are read as well. */
  manifests: maybe(list(z.unknown())),
  /** Older files have one only. */
  manifest: maybe(map),
  moniker,
  namespaceOverride: maybe(text),
  enableArtifactBinding: maybe(flag),
  versioned: maybe(flag),
  skipSpecTemplateLabels: maybe(flag),
  noOutput: maybe(flag),
  stableManifestTimeoutMinutes: maybe(number),
  labelSelectors,
  allowNothingSelected: maybe(flag),
  trafficManagement: maybe(
    object({
      enabled: maybe(flag),
      options: maybe(
        object({
          enableTraffic: maybe(flag),
          namespace: maybe(text),
          services: maybe(texts),
          strategy: choiceOrBlank(trafficStrategies),
        }),
      ),
    }),
  ),
});

export const deleteManifestSchema = object({
  ...targetFields,
  options: maybe(
    object({
      /** true, false, or background, foreground, orphan. */
      cascading: maybe(text),
      orphanDependents: maybe(text),
      gracePeriodSeconds: maybe(z.preprocess(toText, z.string())),
    }),
  ),
});

export const scaleManifestSchema = object({ ...targetFields, replicas: maybe(count) });

export const patchManifestSchema = object({
  ...targetFields,
  ...sourceFields,
  /** A list; older files have one object. */
  patchBody: maybe(z.union([list(map), map], { error: "must be a list of objects" })),
  options: maybe(
    object({
      mergeStrategy: maybe(choice(["strategic", "json", "merge"])),
      /** What older files call mergeStrategy. */
      strategy: maybe(choice(["strategic", "json", "merge"])),
      record: maybe(flag),
    }),
  ),
});

export const undoRolloutManifestSchema = object({
  ...targetFields,
  numRevisionsBack: maybe(count),
  revision: maybe(count),
});

/** Stages that need their target only. */
export const targetManifestSchema = object(targetFields);

export const switchManifestSchema = object({ ...targetFields, loadBalancers: maybe(texts) });

export const runJobManifestSchema = object({
  ...accountFields,
  ...sourceFields,
  application: maybe(text),
  namespace: maybe(text),
  moniker,
  manifest: maybe(map),
  manifests: maybe(list(z.unknown())),
  waitForCompletion: maybe(flag),
  consumeArtifactSource: choiceOrBlank(["none", "propertyFile", "artifact"]),
  consumeArtifactId: maybe(text),
  consumeArtifactAccount: maybe(text),
  /** The container whose log holds the properties. */
  propertyFile: maybe(text),
  noOutput: maybe(flag),
});

/** The same as Orca runs it: the provider is part of the type. */
export const runJobOnKubernetesSchema = runJobManifestSchema.omit({ cloudProvider: true });

export const cleanupArtifactsSchema = object({ ...accountFields, manifests: maybe(list(z.unknown())) });

const inputArtifact = object({ id: maybe(text), account: maybe(text), artifact: maybe(map) });

export const templateRenderers = [
  "HELM2",
  "HELM3",
  "KUSTOMIZE",
  "KUSTOMIZE4",
  "KUSTOMIZE5",
  "HELMFILE",
  "PLAIN",
] as const;

export const bakeManifestSchema = object({
  cloudProvider: maybe(text),
  /** CF is Spinnaker's: kept when saved, the run says that it cannot do it. */
  templateRenderer: maybe(choice([...templateRenderers, "CF"])),
  inputArtifacts: maybe(list(inputArtifact)),
  inputArtifact: maybe(inputArtifact),
  overrides: maybe(map),
  rawOverrides: maybe(flag),
  evaluateOverrideExpressions: maybe(flag),
  outputName: maybe(text),
  namespace: maybe(text),
  environment: maybe(text),
  includeCRDs: maybe(flag),
  apiVersions: maybe(text),
  kubeVersion: maybe(text),
  kustomizeFilePath: maybe(text),
  helmChartFilePath: maybe(text),
  helmfileFilePath: maybe(text),
});

/** A target is a name, a criterion within a cluster, or kinds and labels. */
export function manifestTargetProblems(stage: JsonObject): Problem[] {
  const { criteria, kinds } = stage;
  if (filled(criteria)) {
    return ["kind", "cluster"]
      .filter((field) => !filled(stage[field]))
      .map((field) => ({ pointer: `/${field}`, reason: "is required beside criteria" }));
  }
  if (Array.isArray(kinds) && kinds.length > 0) return selectorProblems(stage);
  const { manifestName } = stage;
  if (!filled(manifestName)) {
    return [
      { pointer: "/manifestName", reason: 'is required ("kind name"), unless criteria or kinds say which objects' },
    ];
  }
  const words = String(manifestName).trim().split(/\s+/).length;
  if (words === 2 || isExpression(manifestName)) return [];
  return [{ pointer: "/manifestName", reason: 'must be a kind and a name, such as "deployment web"' }];
}

/** Conditions on labels need a key and, most of them, a value. */
export function selectorProblems(stage: JsonObject): Problem[] {
  const given = stage["labelSelectors"];
  const selectors = isJsonObject(given ?? null) ? (given as JsonObject)["selectors"] : undefined;
  if (!Array.isArray(selectors)) return [];
  return selectors.flatMap((selector, index): Problem[] => {
    if (!isJsonObject(selector)) return [];
    const kind = String(selector["kind"] ?? "ANY").toUpperCase();
    if (kind === "ANY") return [];
    const pointer = `/labelSelectors/selectors/${index}`;
    if (!filled(selector["key"])) return [{ pointer: `${pointer}/key`, reason: "is required" }];
    const { values } = selector;
    if (kind === "EXISTS" || kind === "NOT_EXISTS" || (Array.isArray(values) && values.length > 0)) return [];
    return [{ pointer: `${pointer}/values`, reason: `needs a value for ${kind}` }];
  });
}

/** Json patches may be many; of the others only one makes sense. */
export function patchProblems(stage: JsonObject): Problem[] {
  const target = manifestTargetProblems(stage);
  const { options, patchBody } = stage;
  const { mergeStrategy, strategy } = isJsonObject(options ?? null) ? (options as JsonObject) : {};
  const isJson = (mergeStrategy ?? strategy) === "json";
  if (isJson || !Array.isArray(patchBody) || patchBody.length <= 1) return target;
  return [...target, { pointer: "/patchBody", reason: "must hold one patch, unless options.mergeStrategy is json" }];
}

export function undoProblems(stage: JsonObject): Problem[] {
  const target = manifestTargetProblems(stage);
  if (filled(stage["numRevisionsBack"]) || filled(stage["revision"])) return target;
  return [...target, { pointer: "/numRevisionsBack", reason: "is required, unless revision names one" }];
}

export function scaleProblems(stage: JsonObject): Problem[] {
  const target = manifestTargetProblems(stage);
  return filled(stage["replicas"]) ? target : [...target, { pointer: "/replicas", reason: "is required" }];
}

export function bakeProblems(stage: JsonObject): Problem[] {
  const problems: Problem[] = [];
  if (!filled(stage["templateRenderer"])) problems.push({ pointer: "/templateRenderer", reason: "is required" });
  const { inputArtifacts, inputArtifact: single } = stage;
  const given = Array.isArray(inputArtifacts) ? inputArtifacts.length > 0 : false;
  if (!given && !isJsonObject(single ?? null))
    problems.push({ pointer: "/inputArtifacts", reason: "needs at least one artifact" });
  return problems;
}

function filled(value: unknown): boolean {
  return (typeof value === "string" && value.trim() !== "") || typeof value === "number";
}
