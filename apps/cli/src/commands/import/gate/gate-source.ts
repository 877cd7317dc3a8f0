import { createJsonSplitter } from "@gennaker/pipeline-model/import/split-json.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { CliError } from "../../../errors.ts";
import { inParts } from "../received.ts";
import type { Part, Received } from "../received.ts";
import type { GateClient } from "./gate-client.ts";
import { openState } from "./state.ts";

export type GateSourceOptions = { application: string | null; stateFile: string; dryRun: boolean };

/**
 * Everything of a Gate, application by application, then what belongs to all. What the server has of it is written into
 * the state file, so that the same command goes on where it stopped; the file goes when everything is through.
 */
export async function gateSource(gate: GateClient, options: GateSourceOptions) {
  const state = await openState(
    options.dryRun ? null : options.stateFile,
    `${gate.url} ${options.application ?? ""}`.trim(),
  );
  const absent: string[] = [];

  async function list(
    path: string,
    hint: { kind: ImportKind; application?: string },
    optional = true,
  ): Promise<Received[]> {
    const text = await gate.get(path);
    if (text === null) {
      if (!optional) throw new CliError(`Gate at ${gate.url} has no ${path}. Is this Gate's address?`);
      absent.push(path);
      return [];
    }
    return elements(text).map((element) => ({ source: gate.url + path, text: element, ...hint }));
  }

  async function* ofApplication(name: string): AsyncGenerator<Received> {
    const path = `/applications/${encodeURIComponent(name)}`;
    const application = name.toLowerCase();
    const own = await gate.get(`${path}?expand=false`);
    if (own !== null) yield { source: gate.url + path, text: own, kind: "application", application };
    yield* await list(`${path}/pipelineConfigs`, { kind: "pipeline", application });
    yield* await list(`${path}/strategyConfigs`, { kind: "strategy", application });
    const notifications = await gate.get(`/notifications/application/${encodeURIComponent(name)}`);
    if (notifications !== null && tellsAnybody(notifications)) {
      yield {
        source: `${gate.url}/notifications/application/${name}`,
        text: notifications,
        kind: "notifications",
        application,
      };
    }
  }

  async function* ofAll(): AsyncGenerator<Received> {
    yield* await list("/v2/pipelineTemplates", { kind: "template" });
    yield* await list("/projects", { kind: "project" });
  }

  async function* canaryConfigs(): AsyncGenerator<Received> {
    const only = options.application === null ? "" : `?application=${encodeURIComponent(options.application)}`;
    for (const { text } of await list(`/v2/canaryConfig${only}`, { kind: "canaryConfig" })) {
      const { id } = JSON.parse(text) as { id?: unknown };
      if (typeof id !== "string") continue;
      const path = `/v2/canaryConfig/${encodeURIComponent(id)}`;
      const whole = await gate.get(path);
      if (whole !== null) yield { source: gate.url + path, text: withId(whole, id), kind: "canaryConfig" };
    }
  }

  async function* parts(): AsyncGenerator<Part> {
    const units: [name: string, items: () => AsyncGenerator<Received>][] = [];
    if (options.application === null) units.push(["templates and projects", ofAll]);
    for (const name of await names()) units.push([`application ${name}`, () => ofApplication(name)]);
    units.push(["canary configs", canaryConfigs]);
    for (const [unit, items] of units) {
      if (state.has(unit)) continue;
      yield* inParts(items());
      yield { items: [], done: () => state.add(unit) };
    }
  }

  async function names(): Promise<string[]> {
    if (options.application !== null) return [options.application];
    const all = await list("/applications", { kind: "application" }, false);
    return all.flatMap(({ text }) => {
      const { name } = JSON.parse(text) as { name?: unknown };
      return typeof name === "string" && name !== "" ? [name] : [];
    });
  }

  return {
    parts: parts(),
    begun: state.importId(),
    remember: (id: string) => state.setImportId(id),
    remarks: () => (absent.length === 0 ? [] : [`Gate has nothing at ${[...new Set(absent)].slice(0, 5).join(", ")}.`]),
    complete: () => state.remove(),
  };
}

/** The elements of a list, each as it was written. */
function elements(text: string): string[] {
  if (!text.trimStart().startsWith("[")) return [];
  const splitter = createJsonSplitter();
  return [...splitter.push(text), ...splitter.end()];
}

/** Kayenta's answer for one config does not hold the id it was asked by. */
function withId(text: string, id: string): string {
  const document = JSON.parse(text) as Record<string, unknown>;
  if (typeof document["id"] === "string" || !text.trimStart().startsWith("{")) return text;
  const rest = text.trimStart().slice(1);
  return `{"id":${JSON.stringify(id)}${/^\s*\}/.test(rest) ? "" : ","}${rest}`;
}

function tellsAnybody(text: string): boolean {
  const document: unknown = JSON.parse(text);
  return (
    typeof document === "object" &&
    document !== null &&
    Object.values(document).some((value) => Array.isArray(value) && value.length > 0)
  );
}
