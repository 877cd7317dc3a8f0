import { z } from "zod";
import { amount, count, filledText, flag, list, map, maybe, number, object, text, texts } from "./fields.ts";

const artifact = object({
  type: maybe(text),
  name: maybe(text),
  version: maybe(text),
  location: maybe(text),
  reference: maybe(text),
  artifactAccount: maybe(text),
  metadata: maybe(map),
  provenance: maybe(text),
  uuid: maybe(text),
  customKind: maybe(z.unknown()),
});

export const expectedArtifactSchema = object({
  id: maybe(text),
  displayName: maybe(text),
  matchArtifact: maybe(artifact),
  defaultArtifact: maybe(artifact),
  boundArtifact: maybe(artifact),
  usePriorArtifact: maybe(flag),
  usePriorExecution: maybe(flag),
  useDefaultArtifact: maybe(flag),
});

export const parameterSchema = object({
  name: filledText,
  label: maybe(text),
  description: maybe(text),
  default: z.unknown().optional(),
  required: maybe(flag),
  hasOptions: maybe(flag),
  options: maybe(list(object({ value: z.unknown().optional() }))),
  pinned: maybe(flag),
  constraint: maybe(text),
  conditional: maybe(flag),
  condition: maybe(
    object({ parameter: maybe(text), comparator: maybe(text), comparatorValue: z.unknown().optional() }),
  ),
});

export const notificationSchema = object({
  type: filledText,
  level: maybe(text),
  address: maybe(text),
  cc: maybe(text),
  when: maybe(texts),
  message: maybe(map),
});

const trigger = {
  type: filledText,
  enabled: maybe(flag),
  id: maybe(text),
  description: maybe(text),
  runAsUser: maybe(text),
  expectedArtifactIds: maybe(list(z.unknown())),
  parameters: maybe(map),
  payloadConstraints: maybe(map),
  attributeConstraints: maybe(map),
  rebake: maybe(flag),
  dryRun: maybe(flag),
};
const build = { master: maybe(text), job: maybe(text), propertyFile: maybe(text) };

/** What each kind of trigger reads beside the common fields; a kind that is not here is kept and only noted. */
export const triggerSchemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  [
    "git",
    object({
      ...trigger,
      source: maybe(text),
      project: maybe(text),
      slug: maybe(text),
      branch: maybe(text),
      secret: maybe(text),
      events: maybe(texts),
    }),
  ],
  [
    "docker",
    object({
      ...trigger,
      account: maybe(text),
      registry: maybe(text),
      organization: maybe(text),
      repository: maybe(text),
      tag: maybe(text),
    }),
  ],
  ["helm", object({ ...trigger, account: maybe(text), chart: maybe(text), version: maybe(text) })],
  ["helm/oci", object({ ...trigger, account: maybe(text), chart: maybe(text), version: maybe(text) })],
  ["jenkins", object({ ...trigger, ...build })],
  ["travis", object({ ...trigger, ...build })],
  ["wercker", object({ ...trigger, ...build })],
  ["concourse", object({ ...trigger, ...build, team: maybe(text), project: maybe(text), jobName: maybe(text) })],
  ["gitlab-ci", object({ ...trigger, ...build, project: maybe(text) })],
  ["webhook", object({ ...trigger, source: maybe(text) })],
  ["cron", object({ ...trigger, cronExpression: filledText })],
  ["pubsub", object({ ...trigger, pubsubSystem: maybe(text), subscriptionName: maybe(text) })],
  ["pipeline", object({ ...trigger, application: maybe(text), pipeline: filledText, status: maybe(texts) })],
  ["plugin", object({ ...trigger, pluginId: maybe(text) })],
  ["artifactory", object({ ...trigger, artifactorySearchName: maybe(text) })],
  ["nexus", object({ ...trigger, nexusSearchName: maybe(text) })],
  ["cdevents", object({ ...trigger, source: maybe(text) })],
  ["manual", object(trigger)],
  ["dryrun", object(trigger)],
]);

/** Every trigger reads these. */
export const commonTriggerSchema = object(trigger);

const top = {
  name: filledText,
  application: filledText,
  id: maybe(text),
  schema: maybe(text),
  type: maybe(text),
  index: maybe(number),
  description: maybe(text),
  disabled: maybe(flag),
  locked: maybe(object({ ui: maybe(flag), allowUnlockUi: maybe(flag), description: maybe(text) })),
  limitConcurrent: maybe(flag),
  maxConcurrentExecutions: maybe(count),
  keepWaitingPipelines: maybe(flag),
  executionTimeoutMs: maybe(amount),
  startTimeExpiry: maybe(number),
  respectQuietPeriod: maybe(flag),
  spelEvaluator: maybe(text),
  expressions: maybe(text),
  expectedArtifacts: maybe(list(expectedArtifactSchema)),
  parameterConfig: maybe(list(parameterSchema)),
  triggers: maybe(list(map)),
  notifications: maybe(list(notificationSchema)),
  stages: maybe(list(map)),
  roles: maybe(texts),
  serviceAccount: maybe(text),
  tags: maybe(list(object({ name: text, value: maybe(text) }))),
  manualStartAlert: maybe(object({ type: maybe(text), message: maybe(text) })),
  strategy: maybe(flag),
  lastModifiedBy: maybe(text),
  updateTs: maybe(text),
  lastModified: maybe(number),
  stageCounter: maybe(number),
};

/** The top level of a pipeline. Stages and triggers are checked one by one, each by its own type. */
export const pipelineSchema = object(top);

/** Every field name of the top level that has a meaning, the dead ones of older files included. */
export const pipelineFields: readonly string[] = [
  ...Object.keys(top),
  "appConfig",
  "executionEngine",
  "parallel",
  "template",
  "variables",
  "exclude",
  "config",
  "source",
  "email",
];
