import type { Check, CheckTable } from "./language.ts";
import { fluxSuspended, ready } from "./shared.ts";

const observed = ".metadata.generation!=.status.observedGeneration > Progressing";

/** Flux sources are ready when the condition says so and the artifact is stored. */
const fluxSource: Check = [
  fluxSuspended,
  "Ready=Unknown & Reconciling=True > Progressing: {Ready.reason}",
  "Ready=True & ArtifactInStorage=True > Healthy: {Ready.reason}",
  ".status.conditions > Degraded: {Ready.reason}",
];

const fluxReady: Check = [
  fluxSuspended,
  "Ready=Unknown & Reconciling=True > Progressing: {Ready.reason}",
  "Ready=True > Healthy: {reason}",
  ".status.conditions > Degraded: {Ready.reason}",
];

const fluxImage = (...reasons: readonly string[]): Check => [
  fluxSuspended,
  `Ready=False & Reconciling=True[reason=${reasons.join("|")}] > Progressing: {Ready.reason}`,
  "Ready=True > Healthy: {reason}",
  ".status.conditions > Degraded: {Ready.reason}",
];

/** The objects of GitOps Promoter share their Ready condition, which may be of an older generation. */
const promoter = (...more: readonly string[]): Check => [
  ".metadata.deletionTimestamp > Progressing: {kind} is being deleted",
  "!.status > Progressing: {kind} has no status yet",
  "Ready|Reconciled=*[stale] > Progressing: {kind} was not observed since it changed; Ready|Reconciled=False > Degraded",
  ...more,
];

const promoterNotReady = "no Ready=* > Progressing: {kind} is not ready yet";
const promoterUnknown = "Ready=Unknown > Progressing";

const promoterBranches: Check = promoter(
  promoterUnknown,
  promoterNotReady,
  "each .status.environments: .phase=failure > Degraded: branch {.branch} failed",
  "each .status.environments: .phase!=success > Progressing: branch {.branch} is pending",
  "otherwise > Healthy",
);

const numaflow = (...pausedPhases: readonly string[]): Check => [
  observed,
  ".status.phase=Failed > Degraded: {.status.message}",
  ".metadata.labels['numaplane.numaproj.io/progressive-result-state']=failed > Degraded: the progressive upgrade failed",
  "*=False > Degraded",
  `.status.phase=${["Running", ...pausedPhases].join("|")} > Healthy`,
];

const numaplane = (failure: string, paused?: string): Check => [
  "!.status > Progressing",
  observed,
  ".status.upgradeInProgress!= & .status.upgradeInProgress & no ProgressiveUpgradeSucceeded=False > Progressing",
  ".status.phase=Pending & no ProgressiveUpgradeSucceeded=False > Progressing",
  "ChildResourcesHealthy=False[reason=Progressing] > Progressing",
  ".status.phase=Failed > Degraded: {.status.message}",
  `ChildResourcesHealthy=False[${failure}] > Degraded; ProgressiveUpgradeSucceeded=False > Degraded`,
  ...(paused === undefined ? [] : [`${paused}=True > Healthy`]),
  "ChildResourcesHealthy=True > Healthy",
  "otherwise > Unknown",
];

const keptn: Check = [".status.status=Succeeded > Healthy; .status.status=Failed > Degraded"];

/** Continuous delivery and progressive delivery. Rollouts of Argo have their own function. */
export const deliveryChecks: CheckTable = {
  "argoproj.io/AnalysisRun": [
    ".status.phase=Pending|Running > Progressing",
    ".status.phase=Successful > Healthy: {.status.message}",
    ".status.phase=Failed|Error > Degraded: {.status.message}",
    ".status.phase=Inconclusive > Unknown: {.status.message}",
  ],
  "argoproj.io/ApplicationSet": [
    "ErrorOccurred=True > Degraded",
    "ResourcesUpToDate=False > Degraded",
    "RolloutProgressing=True > Progressing",
    "ResourcesUpToDate=True > Healthy",
  ],
  "argoproj.io/CronWorkflow": [
    "SpecError|SubmissionError=True > Degraded; Completed=True > Healthy",
    "otherwise > Healthy",
  ],
  "argoproj.io/EventBus": ["Deployed=False > Degraded; Deployed=True > Healthy"],
  "argoproj.io/Experiment": [
    ".status.phase=Pending|Running > Progressing",
    ".status.phase=Successful > Healthy",
    ".status.phase=Failed|Error > Degraded",
  ],
  "flagger.app/Canary": [
    ".status.phase=Failed > Degraded",
    ".status.phase=Progressing|Finalising|Promoting > Progressing",
    ".status.phase=Succeeded|Initialized > Healthy",
    "otherwise > Unknown",
  ],
  "helm.toolkit.fluxcd.io/HelmRelease": [
    fluxSuspended,
    "Ready=Unknown & Reconciling=True > Progressing: {Ready.reason}",
    "Ready=True & Released=True & TestSuccess=True > Degraded: {Ready.reason}",
    "Ready=True & Released=True > Healthy: {Ready.reason}; Ready=True & TestSuccess=True > Healthy: {Ready.reason}",
    "Released=True & TestSuccess=True > Healthy: {Ready.reason}",
    ".status.conditions > Degraded: {Ready.reason}",
  ],
  "image.toolkit.fluxcd.io/ImagePolicy": fluxImage("NewGeneration", "AccessingRepository", "ApplyingPolicy").slice(1),
  "image.toolkit.fluxcd.io/ImageRepository": fluxImage("NewGeneration", "Scanning"),
  "image.toolkit.fluxcd.io/ImageUpdateAutomation": fluxReady,
  "kustomize.toolkit.fluxcd.io/Kustomization": fluxReady,
  "notification.toolkit.fluxcd.io/Receiver": [
    fluxSuspended,
    "Ready=True > Healthy: {reason}",
    ".status.conditions > Degraded: {Ready.reason}",
  ],
  "source.toolkit.fluxcd.io/Bucket": fluxSource,
  "source.toolkit.fluxcd.io/GitRepository": fluxSource,
  "source.toolkit.fluxcd.io/HelmChart": fluxSource,
  "source.toolkit.fluxcd.io/HelmRepository": [
    fluxSuspended,
    ".spec.type=oci > Healthy: a repository of type oci has no status",
    ...fluxSource.slice(1),
  ],
  "source.toolkit.fluxcd.io/OCIRepository": fluxSource,
  "lifecycle.keptn.sh/KeptnAppVersion": keptn,
  "lifecycle.keptn.sh/KeptnEvaluation": [
    ".status.overallStatus=Succeeded > Healthy; .status.overallStatus=Failed > Degraded",
  ],
  "lifecycle.keptn.sh/KeptnTask": keptn,
  "lifecycle.keptn.sh/KeptnWorkloadInstance": keptn,
  "lifecycle.keptn.sh/KeptnWorkloadVersion": keptn,
  "metrics.keptn.sh/Analysis": [
    ".status.pass=true > Healthy; .status.warning=true > Healthy; .status.pass=false > Degraded",
  ],
  "metrics.keptn.sh/KeptnMetric": [
    ".status.errMsg & .status.errMsg!= > Degraded: {.status.errMsg}",
    ".status.value > Healthy",
  ],
  "numaflow.numaproj.io/InterStepBufferService": numaflow(),
  "numaflow.numaproj.io/MonoVertex": numaflow("Paused"),
  "numaflow.numaproj.io/Pipeline": numaflow("Paused", "Pausing"),
  "numaflow.numaproj.io/Vertex": numaflow("Paused").filter((step) => !step.startsWith(".metadata.labels")),
  "numaplane.numaproj.io/ISBServiceRollout": numaplane("reason=ISBSvcFailed"),
  "numaplane.numaproj.io/MonoVertexRollout": numaplane("reason=MonoVertexFailed", "MonoVertexPausingOrPaused"),
  "numaplane.numaproj.io/NumaflowControllerRollout": numaplane("reason!=Progressing").map((step) =>
    step
      .replace(" & no ProgressiveUpgradeSucceeded=False", "")
      .replace("; ProgressiveUpgradeSucceeded=False > Degraded", ""),
  ),
  "numaplane.numaproj.io/PipelineRollout": numaplane("reason=PipelineFailed", "PipelinePausingOrPaused"),
  "promoter.argoproj.io/ArgoCDCommitStatus": promoter(
    promoterNotReady,
    "#.status.applicationsSelected?0=0 > Degraded: no applications are selected",
    "otherwise > Healthy",
  ),
  "promoter.argoproj.io/ChangeTransferPolicy": promoter(
    promoterNotReady,
    ".status.active.dry.sha?= > Progressing: the active dry commit is not known",
    ".status.proposed.dry.sha?= > Progressing: the proposed dry commit is not known",
    ".status.proposed.dry.sha!=.status.active.dry.sha > Progressing: {.status.proposed.dry.sha} is being promoted",
    "otherwise > Healthy: on commit {.status.active.dry.sha}",
  ),
  "promoter.argoproj.io/ClusterScmProvider": promoter(promoterUnknown, promoterNotReady, "otherwise > Healthy"),
  "promoter.argoproj.io/CommitStatus": promoter(
    promoterNotReady,
    ".status.sha & .status.phase > Healthy: commit {.status.sha} is {.status.phase}",
    "otherwise > Healthy",
  ),
  "promoter.argoproj.io/GitCommitStatus": promoterBranches,
  "promoter.argoproj.io/GitRepository": promoter(promoterUnknown, promoterNotReady, "otherwise > Healthy"),
  "promoter.argoproj.io/PullRequest": promoter(
    "no Ready|Reconciled=* > Progressing: {kind} is not ready yet",
    ".status.id & .status.state > Healthy: pull request {.status.id} is {.status.state}",
    "otherwise > Healthy",
  ),
  "promoter.argoproj.io/ScmProvider": promoter(promoterUnknown, promoterNotReady, "otherwise > Healthy"),
  "promoter.argoproj.io/TimedCommitStatus": promoterBranches,
  "promoter.argoproj.io/WebRequestCommitStatus": promoterBranches,
  "promoter.argoproj.io/PromotionStrategy": promoter(
    promoterNotReady,
    "#.status.environments?0=0 > Degraded: there are no environments",
    "each .status.environments: .active.dry.sha?= > Progressing: {.branch} has no active dry commit; " +
      ".proposed.note.drySha?= & .proposed.dry.sha?= > Progressing: {.branch} has no proposed dry commit",
  ),
  "pulumi.com/Stack": [observed, "Stalled=True > Degraded; Reconciling=True > Progressing; Ready=True > Healthy"],
  "rollouts.kruise.io/Rollout": [
    observed,
    ".status.canaryStatus.currentStepState=StepUpgrade & .status.phase=Progressing > Progressing",
    ".status.canaryStatus.currentStepState=StepPaused & .status.phase=Progressing > Suspended",
    ".status.canaryStatus.currentStepState=Completed & .status.phase=Healthy > Healthy",
    ".status.canaryStatus.currentStepState=StepPaused & .status.phase=Terminating|Disabled > Degraded",
  ],
  "spot.io/SpotDeployment": [
    "InvalidSpec=* > Degraded; Progressing=*[reason=RolloutAborted|ProgressDeadlineExceeded] > Degraded; " +
      "Paused=True > Suspended",
    ".status.conditions & .status.phase=Progressing > Progressing",
    ".status.conditions > Healthy:",
  ],
  "tower.ansible.com/AnsibleJob": [
    "in .status.ansibleJobResult: .status=successful > Healthy; .status=failed|error|canceled > Degraded",
  ],
  "db.atlasgo.io/AtlasMigration": [
    "Ready=True > Healthy: {reason}; Ready!=True[reason=Reconciling] > Progressing: {reason}; Ready!=True > Degraded: {reason}",
  ],
  "db.atlasgo.io/AtlasSchema": [
    "Ready=True > Healthy: {reason}; Ready!=True[message=Reconciling|GettingDevDB] > Progressing: {reason}; " +
      "Ready!=True > Degraded: {reason}",
  ],
  "openfaas.com/Function": [
    "Ready=False > Degraded; Stalled=True > Degraded; Ready=True & .status.replicas>0 > Healthy; Ready=True > Suspended",
  ],
  "camel.apache.org/Integration": ready,
};
