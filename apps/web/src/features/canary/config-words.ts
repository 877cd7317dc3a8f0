export type ConfigMetric = { name: string; groups: string[]; direction: string; query: string; critical: boolean };

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The metrics of a canary config in Kayenta's JSON, as far as they can be read. */
export function metricsOf(document: Readonly<Record<string, unknown>>): ConfigMetric[] {
  const metrics: unknown[] = Array.isArray(document["metrics"]) ? document["metrics"] : [];
  return metrics.map(record).map((metric) => {
    const analysis = record(record(metric["analysisConfigurations"])["canary"]);
    const query = record(metric["query"]);
    const groups: unknown[] = Array.isArray(metric["groups"]) ? metric["groups"] : [];
    return {
      name: text(metric["name"]),
      groups: groups.filter((group) => typeof group === "string"),
      direction: text(analysis["direction"]) || "either",
      query: [text(query["function"]), text(query["metric"]) || text(query["metricName"])]
        .filter((part) => part !== "")
        .join(" "),
      critical: analysis["critical"] === true,
    };
  });
}

/** Weights of the metric groups, in the order of the document. */
export function weightsOf(document: Readonly<Record<string, unknown>>): [string, number][] {
  return Object.entries(record(record(document["classifier"])["groupWeights"])).flatMap(([name, weight]) =>
    typeof weight === "number" ? [[name, weight]] : [],
  );
}

export function judgeOf(document: Readonly<Record<string, unknown>>): string {
  return text(record(document["judge"])["name"]);
}
