import type { Json, JsonObject } from "@gennaker/contract/json.ts";

export type Renderer = "HELM2" | "HELM3" | "KUSTOMIZE" | "KUSTOMIZE4" | "KUSTOMIZE5" | "HELMFILE";

/** Programs that can do a renderer's work, best first. */
export const programsFor: Readonly<Record<Renderer, readonly string[]>> = {
  HELM2: ["helm2"],
  HELM3: ["helm3", "helm"],
  KUSTOMIZE: ["kustomize"],
  KUSTOMIZE4: ["kustomize4", "kustomize"],
  KUSTOMIZE5: ["kustomize5", "kustomize"],
  HELMFILE: ["helmfile"],
};

export type BakeOptions = {
  outputName: string;
  namespace: string;
  environment: string;
  includeCRDs: boolean;
  apiVersions: string;
  kubeVersion: string;
  /** Values as they are (`--set`), or all as texts (`--set-string`). */
  rawOverrides: boolean;
  overrides: JsonObject;
};

/** Where things lie: the program, the chart, helmfile or directory to build, files of values, helm for helmfile. */
export type BakePaths = { program: string; source: string; values: readonly string[]; helm: string | null };

/** The program and its arguments, as Rosco gives them. */
export function bakeCommand(renderer: Renderer, options: BakeOptions, paths: BakePaths): string[] {
  const { program, source, values } = paths;
  const given = (name: string, value: string): string[] => (value === "" ? [] : [name, value]);
  const sets = setArguments(options.overrides);
  if (renderer === "HELMFILE") {
    return [
      program,
      "template",
      "--file",
      source,
      ...(paths.helm === null ? [] : ["--helm-binary", paths.helm]),
      ...given("--environment", options.environment),
      ...given("--namespace", options.namespace),
      ...(options.includeCRDs ? ["--include-crds"] : []),
      ...given("--set", sets),
      ...given("--values", values.join(",")),
    ];
  }
  if (renderer !== "HELM2" && renderer !== "HELM3") return [program, "build", source];
  const chart = renderer === "HELM2" ? [source, "--name", options.outputName] : [options.outputName, source];
  return [
    program,
    "template",
    ...chart,
    ...given("--namespace", options.namespace),
    ...(options.includeCRDs && renderer === "HELM3" ? ["--include-crds"] : []),
    ...given("--api-versions", options.apiVersions),
    ...given("--kube-version", options.kubeVersion),
    ...given(options.rawOverrides ? "--set" : "--set-string", sets),
    ...given("--values", values.join(",")),
  ];
}

/** `a=1,b.c=x`; a comma within a value is written `\,` by who writes the pipeline, as with helm itself. */
function setArguments(overrides: JsonObject): string {
  const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.entries(overrides)
    .map(([key, value]) => `${key}=${text(value)}`)
    .join(",");
}

const separator = "---\n";

/** Rendered manifests without those of a chart's `templates/tests`. */
export function withoutTests(rendered: string): string {
  return rendered
    .split(separator)
    .filter((manifest) => !/# Source: .*\/templates\/tests\/.*/.test(manifest))
    .join(separator);
}
