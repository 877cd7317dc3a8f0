import { z } from "zod";
import { filledText, flag, list, map, maybe, number, object, text } from "../fields.ts";
import { expectedArtifactSchema } from "../pipeline-schema.ts";

/** Variables in order; each is visible to those after it. `value` is anything, often an expression. */
export const evaluateVariablesSchema = object({
  variables: list(object({ key: maybe(text), value: z.unknown().optional(), description: maybe(text) })),
});

/** Texts in order, rendered to base64 artifacts; each is visible to those after it under its name. */
export const evaluateArtifactsSchema = object({
  artifactContents: maybe(list(object({ name: maybe(text), id: maybe(text), contents: z.unknown().optional() }))),
  expectedArtifacts: maybe(list(expectedArtifactSchema)),
});

export const findArtifactFromExecutionSchema = object({
  application: maybe(text),
  pipeline: filledText,
  executionOptions: maybe(
    object({ successful: maybe(flag), succeeded: maybe(flag), terminal: maybe(flag), running: maybe(flag) }),
  ),
  expectedArtifacts: maybe(list(expectedArtifactSchema)),
  /** Older files have one only. */
  expectedArtifact: maybe(expectedArtifactSchema),
});

export const savePipelinesFromArtifactSchema = object({
  pipelinesArtifactId: maybe(text),
  pipelinesArtifact: maybe(map),
});

/** `epochMillis` is when the wait ends; absent is no wait. */
export const waitUntilSchema = object({ epochMillis: maybe(number) });
