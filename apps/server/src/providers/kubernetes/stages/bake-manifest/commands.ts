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

/** Where things lie: the program, the chart, helmfile or directory to build, files of values and overrides, helm for helmfile. */
export type BakePaths = {
  program: string;
  source: string;
  values: readonly string[];
  overrides: ReadonlyMap<string, string>;
  helm: string | null;
};

/** The program and its arguments, as Rosco gives them. */
export function bakeCommand(renderer: Renderer, options: BakeOptions, paths: BakePaths): string[] {
  const { program, source, values } = paths;
  const given = (name: string, value: string): string[] => (value === "" ? [] : [name, value]);
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
      ...given("--set", setArguments(options.overrides)),
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
    ...overrideArguments(options, paths.overrides),
    ...given("--values", values.join(",")),
  ];
}

/**
 * Overrides that helm takes from files as well, by key: what stands on a command line can be read by everybody on the
 * machine. Those that helm reads as more than a text (lists, escapes; with `rawOverrides` numbers and flags) stay there.
 */
export function overridesForFiles(renderer: Renderer, options: BakeOptions): ReadonlyMap<string, string> {
  if (renderer !== "HELM2" && renderer !== "HELM3") return new Map();
  const plain = ([key, value]: [string, Json]): boolean => {
    if (options.rawOverrides && typeof value !== "string") return false;
    const text = textOf(value);
    if (/[,{}[\]\\]/.test(text) || /[,=\\]/.test(key)) return false;
    return !options.rawOverrides || !/^(?:-?\d+|true|false|null|)$/i.test(text);
  };
  return new Map(
    Object.entries(options.overrides)
      .filter(plain)
      .map(([key, value]) => [key, textOf(value)]),
  );
}

function overrideArguments(options: BakeOptions, files: ReadonlyMap<string, string>): string[] {
  const inline = Object.fromEntries(Object.entries(options.overrides).filter(([key]) => !files.has(key)));
  const sets = setArguments(inline);
  return [
    ...(sets === "" ? [] : [options.rawOverrides ? "--set" : "--set-string", sets]),
    ...[...files].flatMap(([key, file]) => ["--set-file", `${key}=${file}`]),
  ];
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** `a=1,b.c=x`; a comma within a value is written `\,` by who writes the pipeline, as with helm itself. */
function setArguments(overrides: JsonObject): string {
  return Object.entries(overrides)
    .map(([key, value]) => `${key}=${textOf(value)}`)
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
