import type { CanaryMetric } from "@gennaker/contract/resources/canary.ts";
import type { CanaryWords } from "./canary-words.ts";
import type { Format } from "./format.ts";

export const koCanaryWords: CanaryWords = {
  metric: metricWords,
  run(run, format) {
    const score = run.score === null ? "점수 없음" : `점수 ${format.number(run.score)}`;
    const bad = run.metrics.filter((metric) => metric.classification !== "Pass");
    const because =
      bad.length === 0
        ? ""
        : ` 문제가 된 메트릭: ${bad
            .slice(0, 3)
            .map((metric) => `${metric.name}(${metricWords(metric, format)})`)
            .join("; ")}.`;
    switch (run.verdict) {
      case "pass":
        return `카나리가 ${score}으로 통과했습니다 (${run.thresholds.pass}점 이상 통과).${because}`;
      case "marginal":
        return `카나리가 ${score}으로 주의 구간에 있습니다 (${run.thresholds.pass}점 이상 통과, ${run.thresholds.marginal}점 이하 실패).${because}`;
      case "fail":
        return `카나리가 ${score}으로 실패했습니다 (${run.thresholds.marginal}점보다 높아야 합니다).${because}`;
      case "inconclusive":
        return `비교할 수 있는 메트릭이 절반에 못 미쳐 판정할 수 없습니다.${because}`;
    }
  },
};

function metricWords(metric: CanaryMetric, format: Format): string {
  const mean = (value: number | null) => (value === null ? "없음" : format.number(value));
  const means = `카나리 평균 ${mean(metric.canary.mean)}, 베이스라인 평균 ${mean(metric.baseline.mean)}`;
  const ratio = metric.ratio === null ? "" : `, ${format.number(metric.ratio)}배`;
  switch (metric.classification) {
    case "Pass":
      return means;
    case "High":
      return `베이스라인보다 높음: ${means}${ratio}`;
    case "Low":
      return `베이스라인보다 낮음: ${means}${ratio}`;
    case "Nodata":
    case "NodataFailMetric":
      return `데이터 없음: 샘플 수 카나리 ${metric.canary.count}, 베이스라인 ${metric.baseline.count}`;
    default:
      return metric.reason;
  }
}
