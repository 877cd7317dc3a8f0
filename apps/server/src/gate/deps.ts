import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Applications } from "../deliver/applications/api.ts";
import type { NotificationSettings } from "../deliver/notification-settings/api.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Projects } from "../deliver/projects/api.ts";
import type { Templates } from "../deliver/templates/api.ts";
import type { Engine, Resolvers, RunTexts } from "../engine/api.ts";
import type { CanaryResults, CheckCanaryRequest } from "../judge/canary/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import type { RouterPort } from "../traffic/port/api.ts";
import type { RunList } from "./run-list.ts";

type CanaryConfigs = {
  list(application: string | null): Promise<{ id: string; document: JsonObject; updatedAt: string }[]>;
  get(id: string): Promise<{ id: string; document: JsonObject; updatedAt: string } | null>;
  save(id: string | null, document: JsonObject, actor: Actor): Promise<{ id: string }>;
  remove(id: string, actor: Actor): Promise<boolean>;
  validate(document: JsonObject): Problem[];
};

/** Judgements, and what they are made with. */
export type Canaries = {
  results: CanaryResults;
  checkRequest: CheckCanaryRequest;
  accounts: readonly { name: string; type: string }[];
  judges: readonly string[];
};

/** Stages that users have made of webhooks and jobs, as Orca lists them; webhooks by the roles that may see them. */
type OwnStages = { webhooks(roles: readonly string[]): Promise<JsonObject[]>; jobs(): Promise<JsonObject[]> };

/** Which runs a list shows, without reading them. */
type RunLists = Pick<RunTexts, "versionsOf" | "newestOf" | "triggers"> & {
  operationIds(application: string, limit: number): Promise<string[]>;
};

/** Objects of Kubernetes clusters, as Clouddriver shows them; null where there is no such object or account. */
export type Manifests = {
  /** `name` is Spinnaker's: `deployment web`. An empty location is the cluster itself. */
  show(account: string, location: string, name: string, signal: AbortSignal): Promise<JsonObject | null>;
  /** An application's Deployments with their ReplicaSets. */
  managers(application: string): JsonObject[];
  /** The output of a Pod's containers. */
  output(
    account: string,
    namespace: string,
    pod: string,
    signal: AbortSignal,
  ): Promise<{ name: string; output: string }[] | null>;
};

/** What Gate's paths are translated to. */
export type GateDependencies = {
  applications: Applications;
  pipelines: Pipelines;
  /** Deployment strategies. */
  strategies: Pipelines;
  projects: Projects;
  notificationSettings: NotificationSettings;
  engine: Engine;
  runs: RunLists;
  runList: RunList;
  providers: ReadonlyMap<string, ProviderPort>;
  routers: readonly RouterPort[];
  manifests: Manifests;
  canaryConfigs: CanaryConfigs;
  canaries: Canaries;
  /** The types of stages that can run. */
  stageTypes(): Iterable<string>;
  ownStages: OwnStages;
  /** Service accounts that triggers of this caller may run as. */
  serviceAccountsFor(actor: Actor): Promise<string[]>;
  /** Which accounts somebody may deploy to. */
  mayWriteAccount(user: string): Promise<(account: string) => boolean>;
  /** With what artifacts are fetched, and of which types. */
  artifactAccounts(): readonly { name: string; types: readonly string[] }[];
  /** The content of an artifact, piece by piece; audited. */
  fetchArtifact(artifact: JsonObject, actor: Actor): Promise<AsyncIterable<Uint8Array>>;
  /** An application as it was saved again and again, newest first; none when nothing of that name was ever saved. */
  applicationHistory(application: string, limit: number): Promise<JsonObject[]>;
  templates: Templates;
  /** Evaluates expressions with what their functions ask the server (addresses, pipelines). */
  answered<T>(application: string, evaluate: (resolvers: Resolvers) => T): Promise<T>;
  version: string;
};
