import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";

type ShadowRequest = {
  application: string;
  /** Name or id. */
  pipeline: string;
  accounts: Readonly<Record<string, string>>;
  /** Gate's JSON of executions. */
  executions: readonly JsonObject[];
};

/** Compares runs of a Spinnaker with the pipeline that was imported. Nothing is run, stored or called. */
export type Shadow = { compare(request: ShadowRequest): Promise<ShadowReport> };
