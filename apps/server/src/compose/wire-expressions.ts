import type { Applications } from "../deliver/applications/api.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Resolvers } from "../engine/api.ts";
import { createLookups, patiently, type ExpressionLookups } from "../engine/lookups.ts";
import type { CanaryConfigs } from "../judge/canary/api.ts";
import type { Outgoing } from "../platform/outgoing/api.ts";
import type { Late } from "./late.ts";

const patienceMs = 10_000;
const mostBytes = 1_000_000;

/** Evaluates for an application with what the helper functions ask the server, as often as it takes. */
export type Answered = <T>(application: string, evaluate: (resolvers: Resolvers) => T) => Promise<T>;

/** For those who evaluate outside of a run's transitions. */
export function answersFrom(sources: ExpressionLookups): Answered {
  const lookups = createLookups(sources, Date.now);
  return async (application, evaluate) => patiently(() => lookups.with(application, evaluate));
}

type Parts = {
  outgoing: Pick<Outgoing, "send">;
  pipelines: Late<Pick<Pipelines, "byName">>;
  applications: Pick<Applications, "get">;
  canaryConfigs: Pick<CanaryConfigs, "list">;
};

/** What the helper functions of expressions ask: addresses through the guarded client, the rest from what is stored here. */
export function wireExpressions(parts: Parts): ExpressionLookups {
  return {
    async fetchUrl(url, application) {
      const { status, body, truncated } = await parts.outgoing.send({
        purpose: "expression",
        method: "GET",
        url,
        headers: { accept: "application/json, text/plain, */*" },
        body: null,
        timeoutMs: patienceMs,
        maxBytes: mostBytes,
        signal: AbortSignal.timeout(patienceMs),
        redirects: 3,
        application,
      });
      if (status < 200 || status > 299) throw new Error(`The address answered ${status}`);
      if (truncated) throw new Error(`The answer is longer than ${mostBytes} bytes`);
      return body;
    },
    pipelineId: async (name, application) => (await parts.pipelines.get().byName(application, name))?.id ?? null,
    async applicationMetadata(name) {
      const found = await parts.applications.get(name);
      if (found === null) throw new Error(`There is no application '${name}'`);
      return { name: found.name, ...found.attributes };
    },
    async canaryConfigNameToId(name, application) {
      const configs = await parts.canaryConfigs.list(application);
      return configs.find((config) => config.name === name)?.id ?? null;
    },
  };
}
