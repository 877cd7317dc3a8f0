import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Comparison, ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type ComparedPipeline = {
  application: string;
  /** Name or id. */
  pipeline: string;
  accounts: Readonly<Record<string, string>>;
};

/** Where a running Spinnaker is asked. */
export type GateAddress = { gate: string; authorization: string | null; limit: number };

/** Compares runs of a Spinnaker with the pipeline that was imported. Nothing is run; what was found is kept. */
export type Shadow = {
  /** `executions` are Gate's JSON; `source` is what they are called. */
  compare(
    request: ComparedPipeline & { executions: readonly JsonObject[]; source: string },
    actor: Actor,
  ): Promise<ShadowReport>;
  /** Reads the newest ended executions of the pipeline of this name from Gate. Throws `upstream_failed` where it cannot. */
  compareWithGate(request: ComparedPipeline & GateAddress, actor: Actor, signal: AbortSignal): Promise<ShadowReport>;
  /** Newest first; of one pipeline (by id), or of all of the application. */
  list(application: string, pipeline: string | null, limit: number): Promise<Comparison[]>;
  /** Throws `not_found`. */
  get(application: string, id: string): Promise<ShadowReport>;
};
