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
export const runTypes = ["PIPELINE", "ORCHESTRATION"] as const;
/** `from` and `until` are ISO 8601 times; `parameters` is written as a form, `env=prod&region=eu`. */
export type ExecutionsSearch = {
  status?: StatusFilter;
  pipeline?: string;
  q?: string;
  type?: (typeof runTypes)[number];
  trigger?: string;
  user?: string;
  parameters?: string;
  artifact?: string;
  from?: string;
  until?: string;
};
const instant = (value: unknown): string | undefined =>
  typeof value === "string" && Number.isFinite(Date.parse(value)) ? new Date(value).toISOString() : undefined;

export function executionsSearch(raw: Raw): ExecutionsSearch {
  return present({
    status: statusFilters.find((each) => each === raw["status"]),
    pipeline: text(raw["pipeline"]),
    q: text(raw["q"]),
    type: runTypes.find((each) => each === raw["type"]),
    trigger: text(raw["trigger"]),
    user: text(raw["user"]),
    parameters: text(raw["parameters"]),
    artifact: text(raw["artifact"]),
    from: instant(raw["from"]),
    until: instant(raw["until"]),
  });
}

/** `at` is the step after which a run is shown; only the history has it. */
export type ExecutionSearch = { stage?: string; view?: "graph" | "list" | "history"; at?: number };
const executionViews = ["graph", "list", "history"] as const;
export function executionSearch(raw: Raw): ExecutionSearch {
  const at = Number(raw["at"]);
  return present({
    stage: text(raw["stage"]),
    view: executionViews.find((each) => each === raw["view"]),
    at: raw["at"] !== undefined && Number.isInteger(at) && at >= 0 ? at : undefined,
  });
}

/** `parameters` are those that a dry run was asked for; without them nothing has been asked yet. */
export type DryRunSearch = { parameters?: Record<string, string> };
export function dryRunSearch(raw: Raw): DryRunSearch {
  const given = raw["parameters"];
  if (typeof given !== "object" || given === null || Array.isArray(given)) return {};
  return {
    parameters: Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    ),
  };
}

export type VersionsSearch = { version?: number };
export function versionsSearch(raw: Raw): VersionsSearch {
  const version = Number(raw["version"]);
  return Number.isInteger(version) && version > 0 ? { version } : {};
}

/** The comparison that is shown, by its id. */
export type ShadowSearch = { comparison?: string };
export function shadowSearch(raw: Raw): ShadowSearch {
  return present({ comparison: text(raw["comparison"]) });
}

/** What the export begins with. */
export type ExportSearch = { application?: string; pipeline?: string };
export function exportSearch(raw: Raw): ExportSearch {
  return present({ application: text(raw["application"]), pipeline: text(raw["pipeline"]) });
}

/** `edit` names what is open in the editor, or `new`. */
export type EditSearch = { edit?: string; q?: string };
export function editSearch(raw: Raw): EditSearch {
  return present({ edit: text(raw["edit"]), q: text(raw["q"]) });
}

/** `edit` names the pipeline whose JSON is open, or `new`; `start` the one whose start dialog is open. */
export type PipelinesSearch = { edit?: string; start?: string };
export function pipelinesSearch(raw: Raw): PipelinesSearch {
  return present({ edit: text(raw["edit"]), start: text(raw["start"]) });
}

export const kubernetesTabs = ["overview", "manifest", "diff", "events", "logs"] as const;
export type KubernetesTab = (typeof kubernetesTabs)[number];
const healthStates = ["stable", "progressing", "failed", "paused", "unknown"] as const;
/** The filter of a resource tree, and the object that is open beside it with its tab. */
export type KubernetesSearch = {
  q?: string;
  kind?: string;
  state?: (typeof healthStates)[number];
  namespace?: string;
  object?: string;
  tab?: KubernetesTab;
};
export function kubernetesSearch(raw: Raw): KubernetesSearch {
  return present({
    q: text(raw["q"]),
    kind: text(raw["kind"]),
    state: healthStates.find((each) => each === raw["state"]),
    namespace: text(raw["namespace"]),
    object: text(raw["object"]),
    tab: kubernetesTabs.find((each) => each === raw["tab"]),
  });
}

export const auditOutcomes = ["done", "denied", "failed"] as const;
/** `from` and `until` are ISO 8601 times; `q` is looked for in every text of an entry. */
export type AuditSearch = {
  q?: string;
  actor?: string;
  action?: string;
  resource?: string;
  application?: string;
  outcome?: (typeof auditOutcomes)[number];
  from?: string;
  until?: string;
};
export function auditSearch(raw: Raw): AuditSearch {
  return present({
    q: text(raw["q"]),
    actor: text(raw["actor"]),
    action: text(raw["action"]),
    resource: text(raw["resource"]),
    application: text(raw["application"]),
    outcome: auditOutcomes.find((each) => each === raw["outcome"]),
    from: instant(raw["from"]),
    until: instant(raw["until"]),
  });
}

export type ConfigsSearch = { config?: string };
export function configsSearch(raw: Raw): ConfigsSearch {
  return present({ config: text(raw["config"]) });
}
