import { createJsonSplitter } from "@gennaker/pipeline-model/import/split-json.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import { CliError } from "../../../errors.ts";
import { isFull } from "../received.ts";
import type { Part, Received } from "../received.ts";
import { ahead } from "./ahead.ts";
import type { GateClient } from "./gate-client.ts";
import { openState } from "./state.ts";

/** Applications (or canary configs) that Gate is asked for at the same time. */
const readAhead = 4;

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

  async function ofApplication(name: string): Promise<Received[]> {
    const path = `/applications/${encodeURIComponent(name)}`;
    const application = name.toLowerCase();
    const [own, pipelines, strategies, notifications] = await Promise.all([
      gate.get(`${path}?expand=false`),
      list(`${path}/pipelineConfigs`, { kind: "pipeline", application }),
      list(`${path}/strategyConfigs`, { kind: "strategy", application }),
      gate.get(`/notifications/application/${encodeURIComponent(name)}`),
    ]);
    const told = notifications !== null && tellsAnybody(notifications) ? notifications : null;
    const source = `${gate.url}/notifications/application/${name}`;
    return [
      ...(own === null ? [] : [{ source: gate.url + path, text: own, kind: "application" as const, application }]),
      ...pipelines,
      ...strategies,
      ...(told === null ? [] : [{ source, text: told, kind: "notifications" as const, application }]),
    ];
  }

  async function ofAll(): Promise<Received[]> {
    return [
      ...(await list("/v2/pipelineTemplates", { kind: "template" })),
      ...(await list("/projects", { kind: "project" })),
    ];
  }

  async function canaryConfigs(): Promise<Received[]> {
    const only = options.application === null ? "" : `?application=${encodeURIComponent(options.application)}`;
    const ids = (await list(`/v2/canaryConfig${only}`, { kind: "canaryConfig" })).flatMap(({ text }) => {
      const { id } = JSON.parse(text) as { id?: unknown };
      return typeof id === "string" ? [id] : [];
    });
    const wholes: Received[] = [];
    const jobs = ids.map((id) => async () => {
      const path = `/v2/canaryConfig/${encodeURIComponent(id)}`;
      return { id, path, whole: await gate.get(path) };
    });
    for await (const { id, path, whole } of ahead(jobs, readAhead))
      if (whole !== null) wholes.push({ source: gate.url + path, text: withId(whole, id), kind: "canaryConfig" });
    return wholes;
  }

  /** Several units go in one part; one is done when all of it has arrived. What was read before a fault arrives, too. */
  async function* parts(): AsyncGenerator<Part> {
    let items: Received[] = [];
    let size = 0;
    let ended: string[] = [];
    const part = (): Part => {
      const units = ended;
      const filled = { items, done: () => state.add(units) };
      [items, size, ended] = [[], 0, []];
      return filled;
    };
    try {
      for await (const { unit, all } of ahead(await units(), readAhead)) {
        for (const item of all) {
          if (isFull(items.length, size, item)) yield part();
          items.push(item);
          size += item.text.length;
        }
        ended.push(unit);
      }
    } catch (error) {
      if (ended.length > 0) yield part();
      throw error;
    }
    if (ended.length > 0) yield part();
  }

  async function units(): Promise<(() => Promise<{ unit: string; all: Received[] }>)[]> {
    const every: [unit: string, read: () => Promise<Received[]>][] = [
      ...(options.application === null ? [["templates and projects", ofAll] as [string, typeof ofAll]] : []),
      ...(await names()).map((name): [string, () => Promise<Received[]>] => [
        `application ${name}`,
        () => ofApplication(name),
      ]),
      ["canary configs", canaryConfigs],
    ];
    return every
      .filter(([unit]) => !state.has(unit))
      .map(([unit, read]) => async () => ({ unit, all: await read() }));
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
