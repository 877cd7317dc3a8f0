import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Shadow } from "./api.ts";

export function shadowHandlers(shadow: Shadow): Handlers {
  return {
    compareShadow: ({ body, actor }) =>
      shadow.compare(
        {
          application: body.application,
          pipeline: body.pipeline,
          accounts: body.accounts ?? {},
          source: body.source ?? "",
          executions: body.executions as JsonObject[],
        },
        actor,
      ),
    compareWithGate: ({ body, actor, signal }) =>
      shadow.compareWithGate(
        {
          application: body.application,
          pipeline: body.pipeline,
          accounts: body.accounts ?? {},
          gate: body.gate,
          authorization: body.authorization ?? null,
          limit: body.limit ?? 10,
        },
        actor,
        signal,
      ),
    listComparisons: ({ params, query }) => shadow.list(params.application, query.pipeline ?? null, query.limit ?? 50),
    getComparison: ({ params }) => shadow.get(params.application, params.comparison),
  };
}
