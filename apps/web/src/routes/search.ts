/** What the address says beyond the path. Anything that does not fit is left out, never an error. */
type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

function present<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

export type FilterSearch = { q?: string };
export function filterSearch(raw: Raw): FilterSearch {
  return present({ q: text(raw["q"]) });
}

export const statusFilters = ["running", "succeeded", "failed"] as const;
export type StatusFilter = (typeof statusFilters)[number];
export type ExecutionsSearch = { status?: StatusFilter; pipeline?: string };
export function executionsSearch(raw: Raw): ExecutionsSearch {
  return present({ status: statusFilters.find((each) => each === raw["status"]), pipeline: text(raw["pipeline"]) });
}

export type ExecutionSearch = { stage?: string; view?: "graph" | "list" };
export function executionSearch(raw: Raw): ExecutionSearch {
  const view = raw["view"] === "graph" || raw["view"] === "list" ? raw["view"] : undefined;
  return present({ stage: text(raw["stage"]), view });
}

/** `edit` names the pipeline whose JSON is open, or `new`; `start` the one whose start dialog is open. */
export type PipelinesSearch = { edit?: string; start?: string };
export function pipelinesSearch(raw: Raw): PipelinesSearch {
  return present({ edit: text(raw["edit"]), start: text(raw["start"]) });
}

export type ConfigsSearch = { config?: string };
export function configsSearch(raw: Raw): ConfigsSearch {
  return present({ config: text(raw["config"]) });
}
