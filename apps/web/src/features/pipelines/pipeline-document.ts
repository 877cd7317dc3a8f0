import type { Pipeline, PipelineDocument } from "@gennaker/contract/resources/pipeline.ts";

export function stageCount(document: Record<string, unknown>): number {
  return Array.isArray(document["stages"]) ? document["stages"].length : 0;
}

/** The document with `disabled` turned round; everything else as saved. */
export function toggled(pipeline: Pipeline): PipelineDocument {
  return {
    ...pipeline.document,
    id: pipeline.id,
    name: pipeline.name,
    application: pipeline.application,
    disabled: !pipeline.disabled,
  } as PipelineDocument;
}

/** What a new pipeline's editor starts with: small, but it runs. */
export function newDocument(application: string): Record<string, unknown> {
  return {
    application,
    name: "New pipeline",
    parameterConfig: [{ name: "version", label: "Version", required: true, default: "1" }],
    stages: [
      { refId: "1", requisiteStageRefIds: [], type: "wait", name: "Wait a moment", waitTime: 10 },
      {
        refId: "2",
        requisiteStageRefIds: ["1"],
        type: "manualJudgment",
        name: "Go on?",
        instructions: "Does version ${parameters.version} look right?",
      },
    ],
  };
}

export type Parsed = { ok: true; document: Record<string, unknown> } | { ok: false; reason: string | null };

/** JSON text as an object; `reason` is the parser's words, null when it is JSON but no object. */
export function parseDocument(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return { ok: false, reason: null };
    return { ok: true, document: value as Record<string, unknown> };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}
