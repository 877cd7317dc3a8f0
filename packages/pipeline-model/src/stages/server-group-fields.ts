import { z } from "zod";
import { deploymentMonitorSchema } from "./monitored-deploy.ts";
import { capacity, choice, count, flag, list, map, maybe, object, percent, text, texts } from "../fields.ts";

/** What every stage with a target reads (reference: Spinnaker's server-group stages). */
export const targetFields = {
  cloudProvider: maybe(text),
  account: maybe(text),
  credentials: maybe(text),
  region: maybe(text),
  regions: maybe(texts),
  zones: maybe(texts),
  namespaces: maybe(texts),
  cluster: maybe(text),
  moniker: maybe(object({ app: maybe(text), cluster: maybe(text), stack: maybe(text), detail: maybe(text) })),
  target: maybe(text),
  serverGroupName: maybe(text),
  asgName: maybe(text),
};

/** Strategies that a run can do. */
export const strategies = ["none", "highlander", "redblack", "rollingredblack", "monitored", "custom"] as const;
/** Spinnaker's others: kept when saved, the run says that it cannot do them. */
export const foreignStrategies = ["cfrollingredblack"] as const;

/** "" and absent are `none`. */
export const strategy = z.preprocess(
  (value) => (value === "" ? "none" : value),
  choice([...strategies, ...foreignStrategies]),
);

/** What `createServerGroup` itself reads of a cluster; the rest is the provider's. */
export const clusterFields = {
  account: maybe(text),
  credentials: maybe(text),
  cloudProvider: maybe(text),
  provider: maybe(text),
  application: maybe(text),
  stack: maybe(text),
  freeFormDetails: maybe(text),
  region: maybe(text),
  availabilityZones: maybe(z.record(z.string(), maybe(texts))),
  loadBalancers: maybe(texts),
  strategy: maybe(strategy),
  capacity: maybe(capacity),
  useSourceCapacity: maybe(flag),
  preferSourceCapacity: maybe(flag),
  targetHealthyDeployPercentage: maybe(percent),
  maxRemainingAsgs: maybe(count),
  scaleDown: maybe(flag),
  allowDeleteActive: maybe(flag),
  allowScaleDownActive: maybe(flag),
  delayBeforeDisableSec: maybe(count),
  delayBeforeScaleDownSec: maybe(count),
  delayBeforeCleanupSec: maybe(count),
  targetPercentages: maybe(list(percent)),
  pipelineBeforeCleanup: maybe(
    object({ application: maybe(text), pipelineId: maybe(text), pipelineParameters: maybe(map) }),
  ),
  /** Strategy `custom`: the strategy's application and id, and what it is told. */
  strategyApplication: maybe(text),
  strategyPipeline: maybe(text),
  pipelineParameters: maybe(map),
  /** Strategy `monitored`. */
  deploySteps: maybe(list(percent)),
  deploymentMonitor: maybe(deploymentMonitorSchema),
  failureActions: maybe(
    object({ rollback: maybe(choice(["None", "Automatic", "Manual"])), destroyInstances: maybe(flag) }),
  ),
  rollback: maybe(object({ onFailure: maybe(flag) })),
  progressDeadlineSec: maybe(count),
  artifactId: maybe(text),
  artifact: maybe(map),
  source: maybe(
    object({ account: maybe(text), region: maybe(text), serverGroupName: maybe(text), asgName: maybe(text) }),
  ),
};
