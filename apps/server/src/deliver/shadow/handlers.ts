import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Shadow } from "./api.ts";

export function shadowHandlers(shadow: Shadow): Handlers {
  return {
    compareShadow: ({ body }) =>
      shadow.compare({
        application: body.application,
        pipeline: body.pipeline,
        accounts: body.accounts ?? {},
        executions: body.executions as JsonObject[],
      }),
  };
}
