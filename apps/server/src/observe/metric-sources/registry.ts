import type { SampleStore } from "../samples/api.ts";
import type { MetricAccount, MetricSource } from "./api.ts";
import { createGennakerSource } from "./gennaker/source.ts";

export type MetricSourceDependencies = { samples: SampleStore };

/** Every kind of metric store by its query type: one folder and one line each. */
const sources: Readonly<Record<string, (dependencies: MetricSourceDependencies) => MetricSource>> = {
  gennaker: ({ samples }) => createGennakerSource(samples),
};

/** The metrics accounts there are: `builtin`, over what Gennaker scrapes itself. */
export function createMetricAccounts(dependencies: MetricSourceDependencies): ReadonlyMap<string, MetricAccount> {
  const builtin = sources["gennaker"] as (typeof sources)[string];
  return new Map([["builtin", { name: "builtin", source: builtin(dependencies) }]]);
}
