import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { readText } from "@gennaker/pipeline-model/import/read-text.ts";
import { planTemplate } from "@gennaker/pipeline-model/templates/plan.ts";
import type { TemplatePlan } from "@gennaker/pipeline-model/templates/plan.ts";
import { mostParents, parentOf } from "@gennaker/pipeline-model/templates/v1/inherit.ts";
import { TaskError } from "../../engine/api.ts";
import type { Expanded, Templates } from "./api.ts";
import { readReference, referenceOf, templateOf } from "./reference.ts";

type Planner = {
  /** What an instance makes of its template; other pipelines stay as they are. */
  expand(document: JsonObject, trigger?: JsonObject): Promise<Expanded>;
  /** What cannot be planned any more once a template is changed to this. */
  unplannable(changed: JsonObject, pipelines: readonly JsonObject[]): Promise<Problem[]>;
};

/** Plans instances of templates that are stored here, or kept at an address, with everything that these extend. */
export function createPlanner({
  get,
  fetchArtifact,
}: {
  get: Templates["get"];
  fetchArtifact(artifact: JsonObject): Promise<string>;
}): Planner {
  async function expand(document: JsonObject, trigger?: JsonObject): Promise<Expanded> {
    const source = templateOf(document, trigger);
    if (source === null) return { document };
    if ("problems" in source) return source;
    const template =
      source.reference === null ? { document: null } : await templateFor(source.reference, source.artifact);
    if ("problems" in template) return template;
    const planned = await plan(template.document, document, { trigger });
    return "pipeline" in planned ? { document: planned.pipeline } : planned;
  }

  /** Plans an instance with everything that its template extends; `changed` stands in for the stored template of its id. */
  async function plan(
    template: JsonObject | null,
    instance: JsonObject,
    { changed, trigger }: { changed?: JsonObject; trigger?: JsonObject | undefined },
  ): Promise<TemplatePlan> {
    const parents = new Map<string, JsonObject>();
    for (
      let source = template === null ? null : parentOf(template);
      source !== null && !parents.has(source) && parents.size <= mostParents;
    ) {
      const isChanged = changed !== undefined && readReference(source)?.id === changed["id"];
      const parent = isChanged ? { document: changed } : await templateFor(source, null, "/template/source");
      if ("problems" in parent) return parent;
      parents.set(source, parent.document);
      source = parentOf(parent.document);
    }
    const findTemplate = (source: string) => parents.get(source) ?? null;
    return planTemplate(template, instance, { findTemplate, ...(trigger === undefined ? {} : { trigger }) });
  }

  async function templateFor(
    reference: string,
    artifact: JsonObject | null,
    pointer = "/instance/template/reference",
  ): Promise<Expanded> {
    const problem = (reason: string): Expanded => ({ problems: [{ pointer, reason }] });
    const named = readReference(reference);
    if (named !== null) {
      const stored = await get(named.id, named);
      return stored === null
        ? problem(`names the template ${reference}, which does not exist; save it, or correct the reference`)
        : { document: stored.document };
    }
    const kept = artifact !== null && artifact["type"] !== "front50/pipelineTemplate" ? artifact : addressed(reference);
    if (kept === null)
      return problem(
        `must be spinnaker://ID, spinnaker://ID:TAG, spinnaker://ID@sha256:DIGEST or an http address, but is "${reference}"`,
      );
    try {
      const [read, ...more] = readText(await fetchArtifact(kept));
      const document: unknown =
        read !== undefined && "text" in read && more.length === 0 ? JSON.parse(read.text) : null;
      return isJsonObject(document) ? { document } : problem("leads to something that is not one JSON or YAML object");
    } catch (error) {
      if (error instanceof TaskError) return problem(`cannot be read: ${error.message}`);
      throw error;
    }
  }

  /** What cannot be planned any more once a template is changed to this. */
  async function unplannable(changed: JsonObject, pipelines: readonly JsonObject[]): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const pipeline of pipelines) {
      const reference = referenceOf(pipeline);
      const direct = readReference(reference)?.id === changed["id"];
      const template = direct ? { document: changed } : await templateFor(reference, null);
      const planned = "problems" in template ? template : await plan(template.document, pipeline, { changed });
      if ("pipeline" in planned) continue;
      const name = `${String(pipeline["application"])}/${String(pipeline["name"])}`;
      problems.push(
        ...planned.problems.map(({ pointer, reason }) => ({ pointer, reason: `${name}: ${pointer} ${reason}` })),
      );
    }
    return problems;
  }

  return { expand, unplannable };
}

/** A template at an address is fetched like any file there. */
function addressed(reference: string): JsonObject | null {
  return /^https?:\/\//i.test(reference) ? { type: "http/file", reference } : null;
}
