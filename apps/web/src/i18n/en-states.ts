/** Names of states and stage types in English. */
export const enStates = {
  states: {
    NOT_STARTED: "Not started", RUNNING: "Running", PAUSED: "Paused", SUSPENDED: "Suspended", SUCCEEDED: "Succeeded",
    FAILED_CONTINUE: "Failed, goes on", SKIPPED: "Skipped", TERMINAL: "Failed", CANCELED: "Canceled", STOPPED: "Stopped",
    REDIRECT: "Redirected", BUFFERED: "Queued", DECISION: "Needs a decision",
  },
  instanceStates: {
    up: "up", starting: "starting", down: "down", outOfService: "out of service", stopping: "stopping", stopped: "stopped", unknown: "unknown",
  },
  health: { stable: "Stable", progressing: "In progress", paused: "Paused", failed: "Failed" },
  stageTypes: {
    wait: "Wait", manualJudgment: "Manual judgement", checkPreconditions: "Check preconditions", webhook: "Webhook", pipeline: "Run a pipeline",
    deploy: "Deploy", createServerGroup: "Create server group", cloneServerGroup: "Clone server group", resizeServerGroup: "Resize server group",
    enableServerGroup: "Enable server group", disableServerGroup: "Disable server group", destroyServerGroup: "Destroy server group",
    rollbackServerGroup: "Roll back server group", rollbackCluster: "Roll back cluster", disableCluster: "Disable cluster",
    shrinkCluster: "Shrink cluster", scaleDownCluster: "Scale down cluster", kayentaCanary: "Canary analysis", runCanary: "Canary run",
    upsertLoadBalancer: "Set up load balancer", shiftTraffic: "Shift traffic",
  } as Record<string, string>,
  /** Names of tasks; those not listed are shown as their camel-case name in words. */
  tasks: {} as Record<string, string>,
};
