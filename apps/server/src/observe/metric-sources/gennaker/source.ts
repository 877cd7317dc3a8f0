import { GennakerError } from "@gennaker/contract/errors.ts";
import type { SampleStore } from "../../samples/api.ts";
import type { MetricScope, MetricSource } from "../api.ts";
import { readQuery } from "./query.ts";

/** Extended scope parameters that are labels here; Kayenta's others (dataset, type …) mean nothing to this store. */
const extendedLabels = ["account", "application", "cluster", "zone", "instance", "load_balancer"];

/** The labels of a scope: `scope` is the server group, `location` the region. What is empty matches anything. */
function labelsOfScope(scope: MetricScope): Record<string, string> {
  const labels: Record<string, string> = {};
  if (scope.scope !== "") labels["server_group"] = scope.scope;
  if (scope.location !== "") labels["region"] = scope.location;
  for (const name of extendedLabels) {
    const value = scope.extended[name];
    if (value !== undefined && value !== "") labels[name] = value;
  }
  return labels;
}

/** The built-in metric store: samples that Gennaker scraped itself. */
export function createGennakerSource(samples: SampleStore): MetricSource {
  return {
    type: "gennaker",
    validate: (document) => readQuery(document).problems,
    async query(document, scope) {
      const { query, problems } = readQuery(document);
      if (problems.length > 0) {
        const words = problems.map((problem) => `${problem.pointer} ${problem.reason}`).join("; ");
        throw new GennakerError("invalid_request", `The metric query cannot be read: ${words}.`, { problems });
      }
      const labels = labelsOfScope(scope);
      const { of } = query;
      return await samples.query({
        ...query,
        // The scope comes last: a query may narrow it, never leave it.
        where: { ...query.where, ...labels },
        ...(of === undefined ? {} : { of: { ...of, where: { ...of.where, ...labels } } }),
        start: scope.start,
        end: scope.end,
        stepMs: scope.stepMs,
      });
    },
  };
}
