import { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { choice, filledText, flag, list, map, maybe, object, text, texts } from "../fields.ts";

const metadata = object({ name: maybe(text), description: maybe(text), owner: maybe(text), scopes: maybe(texts) });

const variable = object({
  name: filledText,
  type: maybe(text),
  description: maybe(text),
  defaultValue: z.unknown().optional(),
  nullable: maybe(flag),
  group: maybe(text),
  example: z.unknown().optional(),
});

const inject = object({ first: maybe(flag), last: maybe(flag), before: maybe(texts), after: maybe(texts) });

/** A stage of a second-generation template or instance, as far as planning reads it. */
export const stageV2Schema = object({
  refId: filledText,
  type: maybe(text),
  name: maybe(text),
  requisiteStageRefIds: maybe(texts),
  inject: maybe(inject),
  comments: maybe(text),
  notifications: maybe(list(map)),
});

export const templateV2Schema = object({
  schema: z.literal("v2"),
  id: maybe(text),
  protect: maybe(flag),
  metadata: maybe(metadata),
  variables: maybe(list(variable)),
  pipeline: object({
    stages: maybe(list(stageV2Schema)),
    triggers: maybe(list(map)),
    parameterConfig: maybe(list(map)),
    notifications: maybe(list(map)),
    expectedArtifacts: maybe(list(map)),
  }),
});

/** What an instance may leave out of the template's lists. */
export const exclusions = ["triggers", "parameters", "notifications"] as const;

export const instanceV2Schema = object({
  schema: z.literal("v2"),
  type: maybe(text),
  id: maybe(text),
  application: maybe(text),
  name: maybe(text),
  pipelineConfigId: maybe(text),
  template: maybe(object({ reference: maybe(text), type: maybe(text), artifactAccount: maybe(text) })),
  variables: maybe(map),
  exclude: maybe(list(choice(exclusions))),
  triggers: maybe(list(map)),
  parameters: maybe(list(map)),
  notifications: maybe(list(map)),
  stages: maybe(list(stageV2Schema)),
  trigger: maybe(map),
});

const stageV1Fields = {
  id: filledText,
  type: filledText,
  name: maybe(text),
  comments: maybe(text),
  dependsOn: maybe(texts),
  inject: maybe(inject),
  when: maybe(texts),
  loopWith: maybe(text),
  notifications: maybe(list(map)),
  inheritanceControl: maybe(object({ merge: maybe(list(map)), replace: maybe(list(map)), remove: maybe(list(map)) })),
};
const stageV1 = object({
  ...stageV1Fields,
  config: z.union([map, text], { error: "is required and must be an object, or a text that gives one" }),
});
/** Orca takes stages of a partial without a configuration. */
const partialStageV1 = object({ ...stageV1Fields, config: maybe(z.union([map, text])) });

const module = object({
  id: filledText,
  usage: maybe(text),
  variables: maybe(list(variable)),
  definition: z.unknown().optional(),
});
const partial = object({
  id: filledText,
  name: maybe(text),
  variables: maybe(list(variable)),
  stages: maybe(list(partialStageV1)),
});

const configuration = {
  concurrentExecutions: maybe(map),
  triggers: maybe(list(map)),
  parameters: maybe(list(map)),
  notifications: maybe(list(map)),
  expectedArtifacts: maybe(list(map)),
};

/** Orca reads "1" only. */
const schema1 = z.preprocess((value) => (value === 1 ? "1" : value), z.literal("1"));

export const templateV1Schema = object({
  schema: schema1,
  id: maybe(text),
  source: maybe(text),
  protect: maybe(flag),
  metadata: maybe(metadata),
  variables: maybe(list(variable)),
  configuration: maybe(object(configuration)),
  stages: maybe(list(stageV1)),
  modules: maybe(list(module)),
  partials: maybe(list(partial)),
});

export const configV1Schema = object({
  schema: schema1,
  pipeline: object({
    application: filledText,
    name: maybe(text),
    pipelineConfigId: maybe(text),
    template: maybe(object({ source: maybe(text) })),
    variables: maybe(map),
  }),
  configuration: maybe(object({ ...configuration, inherit: maybe(texts), description: maybe(text) })),
  stages: maybe(list(stageV1)),
  modules: maybe(list(module)),
  partials: maybe(list(partial)),
});

/** Stages that are one text are checked when it has been rendered. */
export function withoutStageText(template: JsonObject): JsonObject {
  return typeof template["stages"] === "string" ? { ...template, stages: [] } : template;
}
