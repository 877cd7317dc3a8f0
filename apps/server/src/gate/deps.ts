import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Applications } from "../deliver/applications/api.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Templates } from "../deliver/templates/api.ts";
import type { Engine, Status } from "../engine/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import type { RouterPort } from "../traffic/port/api.ts";

type CanaryConfigs = {
  list(application: string | null): Promise<{ id: string; document: JsonObject; updatedAt: string }[]>;
  get(id: string): Promise<{ id: string; document: JsonObject; updatedAt: string } | null>;
  save(id: string | null, document: JsonObject, actor: Actor): Promise<{ id: string }>;
  remove(id: string, actor: Actor): Promise<boolean>;
};

/** Which runs a list shows, without reading them. */
type RunLists = {
  newestIds(pipelineIds: readonly string[], each: number, statuses: readonly Status[]): Promise<string[]>;
  operationIds(application: string, limit: number): Promise<string[]>;
};

/** What Gate's paths are translated to. */
export type GateDependencies = {
  applications: Applications;
  pipelines: Pipelines;
  engine: Engine;
  runs: RunLists;
  providers: ReadonlyMap<string, ProviderPort>;
  routers: readonly RouterPort[];
  canaryConfigs: CanaryConfigs;
  templates: Templates;
  version: string;
};
