import { Buffer } from "node:buffer";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { BakeDeps, ProgramRun } from "../deps.ts";
import { base64, createScene } from "../testing/scene.ts";

const directory = await mkdtemp(join(tmpdir(), "bake-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

const expectedArtifacts = [{ id: "out", matchArtifact: { type: "embedded/base64", name: "manifests" } }];
const stageOf = (more: JsonObject): JsonObject => ({
  templateRenderer: "HELM3",
  outputName: "web",
  inputArtifacts: [{ artifact: base64("chart") }],
  expectedArtifacts,
  ...more,
});

type Ran = { run: ProgramRun; files: Record<string, string> };

/** A bakery whose programs only note what they were asked and what lay there. */
function bakery(
  name: string,
  answer: { status?: number; output?: string; errors?: string } = {},
  programs = ["helm", "helm2", "helmfile", "kustomize"],
) {
  const ran: Ran[] = [];
  const bake: BakeDeps = {
    directory: join(directory, name),
    find: async (program) => (programs.includes(program) ? `/bin/${program}` : null),
    async run(run) {
      const files: Record<string, string> = {};
      for (const entry of await readdir(run.directory, { withFileTypes: true }))
        if (entry.isFile()) files[entry.name] = await readFile(join(run.directory, entry.name), "utf8");
      ran.push({ run, files });
      return { status: 0, output: "kind: A\n", errors: "", ...answer };
    },
  };
  return { ran, ...createScene({ bake }) };
}
const commandOf = ({ run }: Ran): string => run.command.join(" ").replaceAll(`${run.directory}/`, "");

test("helm renders the chart with values and overrides; the artifact has the expected name", async () => {
  const { ran, run } = bakery("helm", {
    output: "---\n# Source: web/templates/a.yaml\nkind: A\n---\n# Source: web/templates/tests/t.yaml\nkind: T\n",
  });
  const more: JsonObject = {
    inputArtifacts: [{ artifact: base64("chart") }, { artifact: base64("a: 1") }, { artifact: base64("b: 2") }],
    namespace: "shop",
    includeCRDs: "true",
    apiVersions: "v2",
    kubeVersion: "1.33",
    overrides: { "image.tag": "7", on: true },
  };
  const { stage } = await run("bakeManifest", { context: stageOf(more) });
  expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
  expect(ran.map(commandOf)).toEqual([
    "/bin/helm template web source --namespace shop --include-crds --api-versions v2 --kube-version 1.33 --set-file image.tag=override-1 --set-file on=override-2 --values values-1.yaml,values-2.yaml",
  ]);
  expect(ran[0]?.files).toEqual({
    source: "chart",
    "values-1.yaml": "a: 1",
    "values-2.yaml": "b: 2",
    "override-1": "7",
    "override-2": "true",
  });
  const [artifact] = stage.outputs["artifacts"] as JsonObject[];
  expect(artifact).toMatchObject({ type: "embedded/base64", name: "manifests", artifactAccount: "embedded-artifact" });
  expect(Buffer.from(String(artifact?.["reference"]), "base64").toString()).toBe(
    "---\n# Source: web/templates/a.yaml\nkind: A\n",
  );
  expect(stage.outputs["resolvedExpectedArtifacts"]).toMatchObject([
    { id: "out", boundArtifact: { name: "manifests" } },
  ]);
});

test("the same inputs and options are rendered once, others anew; nothing is left lying about", async () => {
  const { ran, run } = bakery("cache");
  for (const more of [{}, {}, { overrides: { a: 1 } }, { namespace: "x" }, {}])
    await run("bakeManifest", { context: stageOf(more) });
  expect(ran).toHaveLength(3);
  expect(await readdir(join(directory, "cache", "work"))).toEqual([]);
});

test.each<[string, JsonObject, string]>([
  [
    "helm2",
    { templateRenderer: "HELM2", includeCRDs: true, rawOverrides: true, overrides: { a: 1 } },
    "/bin/helm2 template source --name web --set a=1",
  ],
  [
    "helmfile",
    { templateRenderer: "HELMFILE", environment: "prod", namespace: "shop", includeCRDs: true, overrides: { a: "x" } },
    "/bin/helmfile template --file source --helm-binary /bin/helm --environment prod --namespace shop --include-crds --set a=x",
  ],
])("%s", async (name, more, command) => {
  const { ran, run } = bakery(name);
  const { stage } = await run("bakeManifest", { context: stageOf(more) });
  expect([stage.failure, ran.map(commandOf)]).toEqual([null, [command]]);
});

test("programs see nothing of the server's environment and no insecure features", async () => {
  const { ran, run } = bakery("env");
  await run("bakeManifest", { context: stageOf({ templateRenderer: "HELMFILE" }) });
  expect(Object.keys(ran[0]?.run.env ?? {}).toSorted()).toEqual([
    "HELMFILE_DISABLE_INSECURE_FEATURES",
    "HELM_CACHE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_DATA_HOME",
    "HOME",
  ]);
});

test.each<[string, JsonObject, string]>([
  ["f1", { templateRenderer: "KUSTOMIZE", inputArtifacts: [{ artifact: base64("x") }] }, "of the type git/repo"],
  [
    "f2",
    {
      templateRenderer: "KUSTOMIZE4",
      inputArtifact: { artifact: { type: "git/repo", reference: "x" } },
      inputArtifacts: [],
    },
    "kustomizeFilePath",
  ],
  ["f3", { templateRenderer: "CF" }, 'The template renderer "CF" is not known here. Known are HELM2, HELM3'],
  ["f4", { expectedArtifacts: [] }, "expectedArtifacts has 0"],
  ["f5", { inputArtifacts: [{ id: "nope" }] }, 'The input artifact "nope" is not bound'],
])("%s: %j is TERMINAL", async (name, more, words) => {
  const { ran, run } = bakery(name);
  const { stage } = await run("bakeManifest", { context: stageOf(more) });
  expect([stage.status, stage.failure?.message, ran]).toEqual(["TERMINAL", expect.stringContaining(words), []]);
});

test("a missing program is named, with what to do", async () => {
  const { run } = bakery("none", {}, []);
  const { stage } = await run("bakeManifest", { context: stageOf({}) });
  expect(stage.failure?.message).toBe(
    "The template renderer HELM3 needs the program helm3 or helm, which is not on the PATH of this server. Install it, or use the renderer PLAIN.",
  );
});

test("what a program complains about is told and not kept as a result", async () => {
  const { ran, run } = bakery("fails", { status: 1, errors: "Error: no Chart.yaml" });
  for (const _try of [1, 2]) {
    const { stage } = await run("bakeManifest", { context: stageOf({}) });
    expect(stage.failure?.message).toBe("/bin/helm template ended with status 1: Error: no Chart.yaml");
  }
  expect(ran).toHaveLength(2);
});

test("a plain template needs no program: values from files, overrides over them", async () => {
  const { run } = bakery("plain", {}, []);
  const template =
    'kind: Deployment\nmetadata: {name: {{ name }}}\nimage: {{ image.name }}:{{ image.tag | default "latest" }}\n';
  const inputArtifacts = [{ artifact: base64(template) }, { artifact: base64("name: web\nimage: {name: app}\n") }];
  const { stage } = await run("bakeManifest", {
    context: stageOf({ templateRenderer: "PLAIN", inputArtifacts, overrides: { "image.tag": "7" } }),
  });
  const [artifact] = stage.outputs["artifacts"] as JsonObject[];
  expect(Buffer.from(String(artifact?.["reference"]), "base64").toString()).toBe(
    "kind: Deployment\nmetadata: {name: web}\nimage: app:7\n",
  );
  const missing = await run("bakeManifest", {
    context: stageOf({ templateRenderer: "PLAIN", inputArtifacts: inputArtifacts.slice(0, 1) }),
  });
  expect(missing.stage.failure?.message).toContain(
    'line 2: there is no value "name"; line 3: there is no value "image.name"',
  );
});

test("overrides are evaluated once more where the stage says so", async () => {
  const { ran, run } = bakery("evaluated");
  const context = stageOf({ overrides: { tag: "${ parameters.tag }" }, evaluateOverrideExpressions: true });
  await run("bakeManifest", { context, execution: { trigger: { parameters: { tag: "9" } } } });
  expect([commandOf(ran[0] as Ran), ran[0]?.files["override-1"]]).toEqual([
    expect.stringContaining("--set-file tag=override-1"),
    "9",
  ]);
});
