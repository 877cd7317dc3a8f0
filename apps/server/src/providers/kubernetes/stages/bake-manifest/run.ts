import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import { bakeManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { readManifests } from "../../manifest/read-manifests.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { createBakeCache } from "./cache.ts";
import type { BakeOptions, Renderer } from "./commands.ts";
import { bakeCommand, overridesForFiles, programsFor, withoutTests } from "./commands.ts";
import type { Input } from "./inputs.ts";
import { bakeKey, directoryOf, fetchInputs, inside, isRepository, placeInput } from "./inputs.ts";
import { expandPaths, mergeValues, renderTemplate, TemplateError } from "./plain-template.ts";

type Fields = z.output<typeof bakeManifestSchema>;

/** Renders manifests into one artifact. The same inputs and options are rendered once. */
export function createBake(deps: KubernetesStageDeps): TaskDefinition {
  return {
    name: "createBake",
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const fields = fieldsOf(bakeManifestSchema, context.stage);
      const name = outputArtifactName(context);
      const single = fields.inputArtifact === undefined ? [] : [fields.inputArtifact];
      const given =
        fields.inputArtifacts !== undefined && fields.inputArtifacts.length > 0 ? fields.inputArtifacts : single;
      const inputs = await fetchInputs(deps, context, given);
      const [source, ...values] = inputs;
      if (source === undefined) throw new TaskError("bake.inputs", "The stage has no input artifact to bake.");
      let overrides = (fields.overrides ?? {}) as JsonObject;
      if (fields.evaluateOverrideExpressions === true) {
        const evaluated = await deps.evaluate(context, overrides);
        if (evaluated.failure !== null) return evaluated.failure;
        overrides = evaluated.fields;
      }
      const rendered =
        fields.templateRenderer === "PLAIN"
          ? await renderPlain(deps, context, inputs, overrides)
          : await renderByProgram(deps, context, { fields, source, values, overrides });
      const reference = Buffer.from(rendered).toString("base64");
      const artifact = { type: "embedded/base64", name, artifactAccount: "embedded-artifact", reference };
      const outputs = { artifacts: [artifact], cloudProvider: "kubernetes" };
      return { status: "SUCCEEDED", context: outputs, outputs };
    },
  };
}

async function renderPlain(
  { artifacts }: KubernetesStageDeps,
  { execution, signal }: TaskContext,
  inputs: readonly Input[],
  overrides: JsonObject,
): Promise<string> {
  const texts: string[] = [];
  for (const { artifact } of inputs) texts.push(await artifacts.text(artifact, { signal, executionId: execution.id }));
  const [template = "", ...files] = texts;
  let values: JsonObject = {};
  for (const [index, file] of files.entries()) {
    const { manifests, problems } = readManifests(file);
    const [problem] = problems;
    if (problem !== undefined)
      throw new TaskError(
        "bake.values",
        `Input artifact ${index + 2} holds no values: ${problem.place}: ${problem.message}.`,
      );
    for (const each of manifests) values = mergeValues(values, each);
  }
  try {
    return renderTemplate(template, mergeValues(values, expandPaths(overrides)));
  } catch (error) {
    if (error instanceof TemplateError)
      throw new TaskError("bake.template", `The template cannot be rendered: ${error.message}.`, { cause: error });
    throw error;
  }
}

type Bake = { fields: Fields; source: Input; values: readonly Input[]; overrides: JsonObject };

async function renderByProgram(deps: KubernetesStageDeps, context: TaskContext, bake: Bake): Promise<string> {
  const { fields, source, values, overrides } = bake;
  const renderer = knownRenderer(fields.templateRenderer);
  const program = await programFor(deps, renderer);
  const options: BakeOptions = {
    outputName: fields.outputName || context.execution.application,
    namespace: fields.namespace ?? "",
    environment: fields.environment ?? "",
    includeCRDs: fields.includeCRDs === true,
    apiVersions: fields.apiVersions ?? "",
    kubeVersion: fields.kubeVersion ?? "",
    rawOverrides: fields.rawOverrides === true,
    overrides,
  };
  const path = sourcePath(renderer, fields, source);
  const { size, mtimeMs } = await stat(program).catch(() => ({ size: 0, mtimeMs: 0 }));
  const digests = [source, ...values].map(({ digest }) => digest);
  const key = bakeKey({ renderer, program, size, mtimeMs, options, path, digests });
  const cache = createBakeCache(join(deps.bake.directory, "baked"));
  const known = await cache.get(key);
  if (known !== null) return known;
  const directory = join(deps.bake.directory, "work", randomUUID());
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    const place = join(directory, "source");
    await placeInput(deps, source, place, context.signal);
    const files: string[] = [];
    for (const [index, value] of values.entries()) {
      const file = join(directory, `values-${index + 1}.yaml`);
      await placeInput(deps, value, file, context.signal);
      files.push(file);
    }
    const given = new Map<string, string>();
    for (const [override, text] of overridesForFiles(renderer, options)) {
      const file = `override-${given.size + 1}`;
      await writeFile(join(directory, file), text, { mode: 0o600 });
      given.set(override, file);
    }
    const helm = renderer === "HELMFILE" ? await programFor(deps, "HELM3") : null;
    const target = isRepository(source) ? inside(place, path) : place;
    const command = bakeCommand(renderer, options, { program, source: target, values: files, overrides: given, helm });
    const result = await runProgram(deps, context, command, directory);
    const rendered = renderer.startsWith("KUSTOMIZE") ? result : withoutTests(result);
    await cache.put(key, rendered);
    return rendered;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runProgram(
  { bake }: KubernetesStageDeps,
  { signal }: TaskContext,
  command: readonly string[],
  directory: string,
): Promise<string> {
  const home = join(directory, "home");
  const env = {
    HOME: home,
    HELM_CACHE_HOME: join(home, "cache"),
    HELM_CONFIG_HOME: join(home, "config"),
    HELM_DATA_HOME: join(home, "data"),
    // A helmfile may otherwise run any program on this machine.
    HELMFILE_DISABLE_INSECURE_FEATURES: "true",
  };
  const words = command.slice(0, 2).join(" ");
  const result = await bake.run({ command, directory, env, signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new TaskError("bake.failed", `${words} failed: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  });
  if (result.status === 0) return result.output;
  const errors = result.errors.replaceAll(`${directory}/`, "").trim();
  throw new TaskError("bake.failed", `${words} ended with status ${result.status}: ${errors || "it said nothing"}`);
}

async function programFor({ bake }: KubernetesStageDeps, renderer: Renderer): Promise<string> {
  for (const name of programsFor[renderer]) {
    const found = await bake.find(name);
    if (found !== null) return found;
  }
  const names = programsFor[renderer].join(" or ");
  throw new TaskError(
    "bake.noProgram",
    `The template renderer ${renderer} needs the program ${names}, which is not on the PATH of this server. Install it, or use the renderer PLAIN.`,
  );
}

function knownRenderer(given: Fields["templateRenderer"]): Renderer {
  if (given !== undefined && given !== "CF" && given !== "PLAIN") return given;
  const known = [...Object.keys(programsFor), "PLAIN"].join(", ");
  throw new TaskError("bake.renderer", `The template renderer "${given ?? ""}" is not known here. Known are ${known}.`);
}

/** Where in a repository the thing to render is; files are what they are. */
function sourcePath(renderer: Renderer, fields: Fields, source: Input): string {
  if (renderer.startsWith("KUSTOMIZE")) {
    if (!isRepository(source))
      throw new TaskError(
        "bake.kustomize",
        "Kustomize needs all files it names: give it an input artifact of the type git/repo.",
      );
    const { kustomizeFilePath = "" } = fields;
    if (kustomizeFilePath.trim() === "")
      throw new TaskError(
        "bake.kustomize",
        "The stage does not say where in the repository the kustomization is: kustomizeFilePath.",
      );
    return directoryOf(kustomizeFilePath);
  }
  if (renderer === "HELMFILE") return fields.helmfileFilePath ?? "";
  return directoryOf(fields.helmChartFilePath ?? "");
}

/** The one artifact that the stage produces is named by its expected artifact. */
function outputArtifactName({ stage }: TaskContext): string {
  const expected = objects(stage.context["expectedArtifacts"]);
  const [only, ...others] = expected;
  if (only === undefined || others.length > 0)
    throw new TaskError(
      "bake.expected",
      `The stage produces one artifact, and expectedArtifacts has ${expected.length}. Give it exactly one, of the type embedded/base64.`,
    );
  const match = only["matchArtifact"];
  return isJsonObject(match ?? null) ? String((match as JsonObject)["name"] ?? "") : "";
}
