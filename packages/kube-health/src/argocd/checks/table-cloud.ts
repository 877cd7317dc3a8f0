import type { Check, CheckTable } from "./language.ts";
import { ready } from "./shared.ts";

/** Crossplane's own kinds without a controller are healthy as soon as they exist. */
const crossplane = (statusless: readonly string[], healthy: readonly string[]): Check => [
  "!.status > Healthy: {kind} exists",
  `#.status=0 & .kind=${statusless.join("|")} > Healthy: {kind} exists`,
  "!.status.conditions & .kind=ProviderConfig|ClusterProviderConfig & .status.users > Healthy: {kind} is in use",
  "LastAsyncOperation|Synced=False > Degraded",
  `${healthy.join("|")}=True > Healthy`,
];

const crossplaneKinds = [
  "Composition",
  "CompositionRevision",
  "DeploymentRuntimeConfig",
  "ClusterProviderConfig",
  "ProviderConfig",
  "ProviderConfigUsage",
  "ControllerConfig",
];

/** Resources of the older AWS provider: paused is its own state, and a wait needs a successful sync. */
const crossplaneAws: Check = [
  "Ready=True & Synced=True > Healthy: {Ready.reason}",
  "Synced!=True[reason=ReconcilePaused] > Suspended: {reason}",
  "Synced=True[reason!=ReconcilePaused] > Progressing: waiting until {kind} is available",
  ".status.conditions > Degraded: {Synced.message}",
];

const sap: Check = [
  ".metadata.deletionTimestamp > Progressing: {kind} is being deleted",
  "*=*[stale] > Progressing; Succeeded=False > Degraded; Failed=True > Degraded",
  ".status.conditions > Healthy",
];

const karmadaHealth = [
  "each .status.aggregatedStatus: .health=Unhealthy > Degraded; .health=Unknown & .applied!=true > Degraded",
  "otherwise > Healthy",
];

/** Clouds, clusters and their policies, and three built-in kinds that Argo CD judges by a script. */
export const cloudChecks: CheckTable = {
  "*.cnrm.cloud.google.com/*": [
    "!.status > Progressing",
    ".status.observedGeneration & .status.observedGeneration!=.metadata.generation > Progressing",
    ".kind=ConfigConnector|ConfigConnectorContext & .status.healthy=true > Healthy; " +
      ".kind=ConfigConnector|ConfigConnectorContext & .status.healthy=false > Degraded",
    "*=True[reason=UpToDate] > Healthy; *=*[reason=UpdateFailed|DependencyNotFound] > Degraded; " +
      "*=*[reason=DependencyNotReady] > Suspended",
  ],
  "*.crossplane.io/*": crossplane(crossplaneKinds, [
    "Ready",
    "Healthy",
    "Offered",
    "Established",
    "ValidPipeline",
    "RevisionHealthy",
  ]),
  "*.services.k8s.aws/*": ["ACK.Terminal=True > Degraded; Ready=False > Progressing; Ready=True > Healthy:"],
  "*.upbound.io/*": crossplane(["ClusterProviderConfig", "ProviderConfig", "ProviderConfigUsage"], ["Ready"]),
  "cloudfront.aws.crossplane.io/Distribution": crossplaneAws,
  "iam.aws.crossplane.io/Policy": crossplaneAws,
  "iam.aws.crossplane.io/Role": crossplaneAws,
  "iam.aws.crossplane.io/RolePolicyAttachment": crossplaneAws,
  "rds.aws.crossplane.io/DBCluster": crossplaneAws,
  "rds.aws.crossplane.io/DBInstance": crossplaneAws,
  "route53.aws.crossplane.io/ResourceRecordSet": crossplaneAws,
  "s3.aws.crossplane.io/Bucket": crossplaneAws,
  "pkg.crossplane.io/Provider": [
    "Installed=True & Healthy=True > Healthy: {Installed.reason} {Healthy.reason}",
    ".status.conditions > Degraded: {Installed.reason} {Healthy.reason}",
  ],
  "stacks.crossplane.io/ClusterStackInstall": ["in .status.conditionedStatus: Ready=True > Healthy: {reason}"],
  "addons.cluster.x-k8s.io/ClusterResourceSet": ["ResourcesApplied=True > Healthy; ResourcesApplied=False > Degraded"],
  "cluster.x-k8s.io/Cluster": [
    ".spec.paused=true > Suspended",
    "Ready=False[severity!=Info] > Degraded",
    ".status.phase=Provisioned > Healthy; .status.phase=Failed > Degraded",
  ],
  "cluster.x-k8s.io/Machine": [".status.phase=Running > Healthy; .status.phase=Failed > Degraded: {Ready.message}"],
  "cluster.x-k8s.io/MachineDeployment": [
    ".spec.paused=true > Suspended",
    ".status.phase=Running > Healthy",
    ".status.phase=Failed > Degraded",
    ".status.phase=ScalingUp|ScalingDown > Progressing",
  ],
  "cluster.x-k8s.io/MachineHealthCheck": [
    ".status.currentHealthy & .status.expectedMachines=.status.currentHealthy > Healthy:",
    ".status.currentHealthy > Degraded:",
  ],
  "cluster.x-k8s.io/MachinePool": [
    ".status.phase=Running|Scaling > Healthy; .status.phase=Failed|Unknown > Degraded; .status.phase > Progressing",
  ],
  "controlplane.cluster.x-k8s.io/AWSManagedControlPlane": [
    ".status.observedGeneration & .metadata.generation & .status.observedGeneration!=.metadata.generation > Progressing",
    ".status.failureMessage & .status.failureMessage!= > Degraded: {.status.failureMessage}",
    "EKSControlPlaneUpdating=True > Progressing",
    "Ready=True > Healthy",
    "*=False[severity=Error] > Degraded",
  ],
  "core.gardener.cloud/Shoot": [
    ".metadata.labels['shoot.gardener.cloud/status']=healthy > Healthy",
    ".metadata.labels['shoot.gardener.cloud/status']=unhealthy > Degraded",
    ".metadata.labels['shoot.gardener.cloud/status']=unknown > Unknown",
  ],
  "iammanager.keikoproj.io/Iamrole": [
    ".status.state=Ready > Healthy: role {.status.roleName} is {.status.roleARN}",
    ".status.state=Error|RolesMaxLimitReached|PolicyNotAllowed|RoleNameNotAvailable > Degraded: {.status.errorDescription}",
  ],
  "karpenter.k8s.aws/EC2NodeClass": ready,
  "karpenter.sh/NodeClaim": [
    ".status.observedGeneration & .metadata.generation & .status.observedGeneration!=.metadata.generation > Progressing",
    "Disrupting=True > Suspended",
    ...ready,
    "Initialized=True > Progressing: initialized, waiting until the node is ready",
    "Registered=True > Progressing: registered, waiting for its initialization",
    "Launched=True > Progressing: launched, waiting for its registration",
  ],
  "karpenter.sh/NodePool": ready,
  "cdi.kubevirt.io/DataVolume": [
    ".status.phase=Succeeded > Healthy; .status.phase=Paused > Suspended",
    "Running=False[reason=Error] > Degraded",
    ".status.phase=Failed|Unknown > Degraded; .status.phase > Progressing",
  ],
  "kubevirt.io/VirtualMachine": [
    "Paused=True > Suspended",
    "Ready=True > Healthy: {.status.printableStatus}; " +
      ".status.created & .status.created!=false & Ready!=True > Progressing: {.status.printableStatus}; " +
      "Ready!=True > Suspended: {.status.printableStatus}",
  ],
  "kubevirt.io/VirtualMachineInstance": [
    ".status.phase=Failed > Degraded",
    ".status.phase=Pending|Scheduling|Scheduled > Progressing",
    ".status.phase=Succeeded > Suspended",
    ".status.phase=Unknown > Unknown",
    "Paused=True > Suspended",
    "Ready=True > Healthy; Ready!=True > Degraded",
  ],
  "apps.openshift.io/DeploymentConfig": [
    "!.status.replicas > Progressing; !.status.conditions > Progressing",
    ".status.replicas=0 > Healthy",
    "Available=True & Progressing=True[reason=NewReplicationControllerAvailable] > Healthy",
    "Available=True > Progressing; Progressing=True[reason=NewReplicationControllerAvailable] > Progressing",
    "otherwise > Degraded",
  ],
  "operator.openshift.io/IngressController": [
    "Degraded=True > Degraded; DeploymentReplicasAllAvailable=False > Progressing; Progressing=True > Progressing; " +
      "Available=True > Healthy",
  ],
  "route.openshift.io/Route": [
    "each .status.ingress: Admitted=False > Degraded",
    "each .status.ingress: no Admitted=True > Progressing",
    ".status.ingress > Healthy",
  ],
  "operators.coreos.com/Subscription": [
    "InstallPlanMissing=*[reason!=ReferencedInstallPlanNotFound] > Degraded; " +
      "CatalogSourcesUnhealthy|InstallPlanFailed|ResolutionFailed=True > Degraded",
    ".status.conditions & .status.state=UpgradeFailed > Degraded",
    ".status.conditions & .status.state?=|UpgradeAvailable > Progressing",
    ".spec.installPlanApproval=Manual & .status.installedCSV & InstallPlanPending=True[reason=RequiresApproval] > Healthy",
    "InstallPlanPending=True > Progressing",
    ".status.conditions & .status.state=UpgradePending > Progressing",
    ".status.conditions > Healthy",
  ],
  "policy.open-cluster-management.io/CertificatePolicy": [
    ".status.compliant=Compliant > Healthy; .status.compliant > Degraded",
  ],
  "policy.open-cluster-management.io/ConfigurationPolicy": [
    "!.status.compliant > Progressing",
    ".status.lastEvaluatedGeneration!=.metadata.generation > Progressing",
    "!.status.compliancyDetails > Progressing",
    ".status.compliant=Compliant > Healthy; .status.compliant > Degraded",
  ],
  "policy.open-cluster-management.io/OperatorPolicy": [
    ".status.observedGeneration & .status.observedGeneration!=.metadata.generation > Progressing",
    "Compliant=True > Healthy; Compliant!=True > Degraded",
  ],
  "policy.open-cluster-management.io/Policy": [
    ".spec.disabled=true > Healthy",
    ".status & !.status.compliant & !.status.status & #.status.placement>0 > Healthy: no cluster matches",
    ".status.compliant=Compliant > Healthy; .status.compliant > Degraded",
  ],
  "services.cloud.sap.com/ServiceBinding": sap,
  "services.cloud.sap.com/ServiceInstance": sap,
  "trident.netapp.io/TridentBackendConfig": [
    ".status.phase=Bound & .status.lastOperationStatus=Success > Healthy: {.status.message}",
    ".status.lastOperationStatus=Failed > Degraded: {.status.message}",
  ],
  "trident.netapp.io/TridentOrchestrator": [
    ".status.status=Installed > Healthy: {.status.message}; .status.status=Failed|Error > Degraded: {.status.message}",
  ],
  "work.karmada.io/ClusterResourceBinding": [
    "!.status > Progressing",
    "#.spec.clusters?0=0 > Progressing",
    "#.spec.clusters!=#.status.aggregatedStatus > Progressing",
    ...karmadaHealth,
  ],
  "work.karmada.io/ResourceBinding": [
    "!.status > Progressing",
    ".spec.clusters & #.spec.clusters=0 > Progressing",
    "#.status.aggregatedStatus?0=0 > Progressing",
    ".spec.clusters & #.spec.clusters!=#.status.aggregatedStatus > Progressing",
    ...karmadaHealth,
  ],
  "apiextensions.k8s.io/CustomResourceDefinition": [
    "Terminating=True > Progressing; NamesAccepted=False > Degraded; NonStructuralSchema=True > Degraded; " +
      "Established!=True[reason=Installing] > Progressing",
    "Established=True > Healthy",
    "#.status.conditions>0 > Degraded",
  ],
  "batch/CronJob": [
    ".spec.suspend=true > Healthy",
    "!.status > Progressing",
    "!.status.lastScheduleTime > Healthy: not scheduled yet",
    "!.status.lastSuccessfulTime > Healthy: never completed yet",
    "#.status.active>0 > Healthy: a job is running",
    ".status.lastSuccessfulTime<.status.lastScheduleTime > Degraded: the last run did not succeed",
    "otherwise > Healthy: the last run succeeded",
  ],
  "policy/PodDisruptionBudget": [
    "*=False[reason!=InsufficientPods] > Degraded: PodDisruptionBudget has {reason}",
    "*=* > Healthy: PodDisruptionBudget has {reason}",
  ],
};
