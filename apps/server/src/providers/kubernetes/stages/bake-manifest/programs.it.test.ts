import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create } from "tar";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { readManifests } from "../../manifest/read-manifests.ts";
import { base64, createScene } from "../testing/scene.ts";
import { createBakePrograms } from "./programs.ts";

const directory = await mkdtemp(join(tmpdir(), "bake-programs-"));
afterAll(() => rm(directory, { recursive: true, force: true }));
/** Where helm and kustomize lie, beside the PATH. */
const path = [process.env["GENNAKER_BAKE_BIN"] ?? "", process.env["PATH"] ?? ""]
  .filter((part) => part !== "")
  .join(":");
const programs = createBakePrograms({ directory: join(directory, "bakes"), path });
const [helm, kustomize] = [await programs.find("helm"), await programs.find("kustomize")];
const why = (program: string, found: string | null): string =>
  found === null ? `(skipped: ${program} is neither on the PATH nor in GENNAKER_BAKE_BIN)` : "";

/** An archive of these files, as the artifact store gives a repository or a chart. */
async function archive(files: Record<string, string>, gzip: boolean): Promise<JsonObject> {
  const root = join(directory, `files-${randomUUID()}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const file = `${root}.archive`;
  await create({ cwd: root, file, gzip, portable: true }, await readdir(root));
  const reference = (await readFile(file)).toString("base64");
  return gzip ? { ...base64(""), reference } : { type: "git/repo", name: "repo", reference };
}

const chart: Record<string, string> = {
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "web/values.yaml": "image: {repository: example.com/web, tag: latest}\nport: 80\ncolor: red\n",
  "web/crds/lamp.yaml":
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: lamps.example.com}\n",
  "web/templates/web.yaml": [
    "apiVersion: apps/v1",
    "kind: Deployment",
    "metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}",
    "spec:",
    '  image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
    "  port: {{ .Values.port | toJson }}",
    "  color: {{ .Values.color }}",
    "  kube: {{ .Capabilities.KubeVersion.Version }}",
    '  lamps: {{ .Capabilities.APIVersions.Has "example.com/v1" }}',
  ].join("\n"),
  "web/templates/tests/check.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: check}\n",
};

async function bake(context: JsonObject, name = `made-${randomUUID()}`) {
  const { run } = createScene({ bake: { ...programs, directory: join(directory, name) } });
  const expectedArtifacts = [{ id: "out", matchArtifact: { type: "embedded/base64", name: "manifests" } }];
  const { stage } = await run("bakeManifest", { context: { outputName: "shop", expectedArtifacts, ...context } });
  const [artifact] = (stage.outputs["artifacts"] ?? []) as JsonObject[];
  const text = Buffer.from(String(artifact?.["reference"] ?? ""), "base64").toString("utf8");
  return { stage, ...readManifests(text) };
}

describe.skipIf(helm === null)(`helm as it is ${why("helm", helm)}`, () => {
  test("renders a packed chart with values and overrides for one environment", async () => {
    const values = base64("color: blue\nport: 8080\n");
    const { stage, manifests } = await bake({
      templateRenderer: "HELM3",
      inputArtifacts: [{ artifact: await archive(chart, true) }, { artifact: values }],
      namespace: "production",
      overrides: { "image.tag": "7", port: 9090 },
      apiVersions: "example.com/v1",
      kubeVersion: "1.31.0",
    });
    expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
    expect(manifests).toEqual([
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "shop", namespace: "production" },
        spec: { image: "example.com/web:7", port: "9090", color: "blue", kube: "v1.31.0", lamps: true },
      },
    ]);
  });

  test("rawOverrides keeps numbers, includeCRDs brings the definitions, the later file of values wins", async () => {
    const { manifests } = await bake({
      templateRenderer: "HELM3",
      inputArtifacts: [
        { artifact: await archive(chart, true) },
        { artifact: base64("color: blue\n") },
        { artifact: base64("color: green\n") },
      ],
      rawOverrides: true,
      includeCRDs: true,
      overrides: { port: 9090 },
    });
    expect(manifests.map(({ kind }) => kind)).toEqual(["CustomResourceDefinition", "Deployment"]);
    expect(manifests[1]?.["spec"]).toMatchObject({ port: 9090, color: "green" });
  });

  test("an override is what it says, whatever stands in it", async () => {
    for (const [rawOverrides, color, kept] of [
      [false, 'a=b "c" #d: é', 'a=b "c" #d: é'],
      [true, "yes=no", "yes=no"],
      [false, "one\\,two", "one,two"],
    ] as const) {
      const files = {
        ...chart,
        "web/templates/web.yaml": "apiVersion: v1\nkind: A\nmetadata: {name: a}\nb: {{ .Values.color | toJson }}",
      };
      const artifact = await archive(files, true);
      const { manifests } = await bake({
        templateRenderer: "HELM3",
        inputArtifacts: [{ artifact }],
        rawOverrides,
        overrides: { color },
      });
      expect(manifests[0]?.["b"]).toBe(kept);
    }
  });

  test("finds a chart within a repository", async () => {
    const files = Object.fromEntries(Object.entries(chart).map(([name, text]) => [`deploy/charts/${name}`, text]));
    const { manifests } = await bake({
      templateRenderer: "HELM3",
      inputArtifacts: [{ artifact: await archive(files, false) }],
      helmChartFilePath: "deploy/charts/web/Chart.yaml",
    });
    expect(manifests).toMatchObject([{ kind: "Deployment", metadata: { name: "shop" } }]);
  });

  test("what is wrong with a chart is told in helm's words, without places of this machine", async () => {
    const broken = { ...chart, "web/templates/web.yaml": "a: {{ .Values.none.deeper }}" };
    const { stage } = await bake({
      templateRenderer: "HELM3",
      inputArtifacts: [{ artifact: await archive(broken, true) }],
    });
    expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining("nil pointer")]);
    expect(stage.failure?.message).not.toContain(directory);
  });
});

describe.skipIf(kustomize === null)(`kustomize as it is ${why("kustomize", kustomize)}`, () => {
  const files = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n",
    "overlays/production/kustomization.yaml":
      "resources: [../../base]\nnamespace: production\nreplicas: [{name: web, count: 5}]\n" +
      "configMapGenerator: [{name: settings, literals: [color=blue]}]\n",
  };
  test.each(["KUSTOMIZE", "KUSTOMIZE4", "KUSTOMIZE5"])(
    "%s builds an overlay of a repository",
    async (templateRenderer) => {
      const { stage, manifests } = await bake({
        templateRenderer,
        inputArtifact: { artifact: await archive(files, false) },
        kustomizeFilePath: "overlays/production/kustomization.yaml",
      });
      expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
      expect(manifests).toMatchObject([
        { kind: "ConfigMap", metadata: { name: expect.stringMatching(/^settings-/), namespace: "production" } },
        { kind: "Deployment", metadata: { name: "web", namespace: "production" }, spec: { replicas: 5 } },
      ]);
    },
  );

  test("a file that is missing is told", async () => {
    const { stage } = await bake({
      templateRenderer: "KUSTOMIZE5",
      inputArtifact: { artifact: await archive({ "kustomization.yaml": "resources: [none.yaml]\n" }, false) },
      kustomizeFilePath: "kustomization.yaml",
    });
    expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining("none.yaml")]);
  });
});

test("a program that goes on is ended with its run, and gets nothing of the server's environment", async () => {
  const controller = new AbortController();
  const env = { HOME: directory };
  const running = programs.run({ command: ["/bin/sleep", "60"], directory, env, signal: controller.signal });
  controller.abort(new Error("canceled"));
  await expect(running).rejects.toThrow();
  const seen = await programs.run({ command: ["/usr/bin/env"], directory, env, signal: AbortSignal.timeout(10_000) });
  expect(seen.output.trim().split("\n").toSorted()).toEqual([`HOME=${directory}`, `PATH=${path}`]);
});
