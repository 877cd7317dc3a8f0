import type { MetricAccount } from "../../../../observe/metric-sources/api.ts";
import type { CanaryConfigs } from "../../api.ts";
import type { GroupPorts } from "../../groups/owned.ts";
import type { JudgeElsewhere } from "../../run/judge-pairs.ts";
import type { CanaryRunStore } from "../../run/run-store.ts";

export type CanaryStageDependencies = GroupPorts & {
  metricAccounts: ReadonlyMap<string, MetricAccount>;
  canaryConfigs: Pick<CanaryConfigs, "find">;
  runs: CanaryRunStore;
  /** Judges large inputs in another thread; without it they are judged here. */
  judgeElsewhere?: JudgeElsewhere;
  /** How long after an interval's end its last scrapes are given to arrive. Default 1000 ms. */
  settleMs?: number;
};
