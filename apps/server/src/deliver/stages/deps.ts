import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, Status } from "../../engine/api.ts";
import type { TrafficDeps } from "../../traffic/stages/api.ts";
import type { StageSettings } from "../../platform/config/stage-settings.ts";
import type { ScriptRunner } from "./script/api.ts";
import type { Guards } from "../guards/api.ts";

/** One request to the outside. `timeoutMs` covers the whole exchange; a longer body is cut at `maxBytes`. */
export type HttpRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  maxBytes: number;
  /** How many redirects are followed; 0 unless said. */
  redirects?: number;
  /** True when the operator wrote the address into the configuration. */
  configured?: boolean;
  /** Whose pipeline it is: it decides which secrets the request may refer to. */
  application?: string;
  signal: AbortSignal;
};

/** Header names are lower-case. */
export type HttpAnswer = { status: number; headers: Record<string, string>; body: string; truncated: boolean };

/** Sends a request through the guard of outgoing requests; rejects with an OutgoingError when no answer comes. */
type HttpPort = (request: HttpRequest) => Promise<HttpAnswer>;

/** A child run. `key` is the same for each try of one start, so that asking twice starts one. */
export type StartPipeline = {
  key: string;
  application: string;
  pipelineConfigId: string;
  /** True: the id is of a deployment strategy, which is kept apart from pipelines. */
  strategy: boolean;
  parameters: JsonObject;
  /** What the parent's stage can see. */
  artifacts: readonly JsonObject[];
  trigger: JsonObject;
  parent: { executionId: string; stageId: string };
  user: string;
};

/** Something to tell people about a stage. The same `key` means the same telling: a second one may be dropped. */
export type StageNotification = {
  key: string;
  application: string;
  executionId: string;
  stageId: string;
  stageName: string;
  /** Spinnaker's word for what happened, e.g. `manualJudgment`. */
  state: string;
  /** 1 the first time; more for reminders. */
  times: number;
  /** The notification's own words; null: the notifier's. */
  message: string | null;
  /** The entry of the stage's `notifications` as it is written: type, address, cc … */
  notification: JsonObject;
  details: JsonObject;
};

export type DeliverDeps = TrafficDeps & {
  guards: Guards;
  startPipeline(input: StartPipeline): Promise<{ executionId: string; name: string }>;
  getExecution(id: string): Promise<ExecutionView | null>;
  cancelExecution(id: string, reason: string): Promise<void>;
  /** The text of an artifact, the same one for each time a run asks; rejects with a TaskError when it cannot be fetched. */
  fetchArtifact(artifact: JsonObject, signal: AbortSignal, executionId?: string): Promise<string>;
  /** The bytes of an artifact, the same ones for each time a run asks; rejects with a TaskError when there are more than `maxBytes`. */
  fetchContent(artifact: JsonObject, signal: AbortSignal, executionId: string, maxBytes: number): Promise<Uint8Array>;
  findPipeline(application: string, name: string): Promise<{ id: string } | null>;
  /** Creates or replaces a pipeline; rejects with a sentence when the document is not valid. */
  savePipeline(document: JsonObject, user: string): Promise<{ id: string }>;
  /** The newest run of a pipeline, of these statuses or, when there are none, of any. */
  latestRun(pipelineConfigId: string, statuses: readonly Status[]): Promise<ExecutionView | null>;
  outgoing: HttpPort;
  /** Runs scripts on this machine. */
  scripts: ScriptRunner;
  /** A person's roles; null where nobody logs in, so that everybody may do everything. */
  rolesOf(user: string): Promise<readonly string[] | null>;
  /** What the configuration says of stages. */
  settings: StageSettings;
  /** Tells people. It keeps what it is given; a rejection is shown in the stage and stops nothing. */
  notify(notification: StageNotification): Promise<void>;
};
