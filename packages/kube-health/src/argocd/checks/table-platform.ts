import type { Check, CheckTable } from "./language.ts";
import { ready } from "./shared.ts";

const threescale = (healthy: string, ...failures: readonly string[]): Check => [
  `${healthy}=True > Healthy; ${failures.join("|")}=True > Degraded`,
];

const astraRun: Check = [
  ".status.state=Completed > Healthy; .status.state=Running > Progressing; .status.state > Degraded",
];

const knative = (...types: readonly string[]): Check => [
  "Ready=False > Progressing; *=Unknown > Progressing",
  `${types.map((type) => `${type}=True`).join(" & ")} > Healthy`,
];

/** What is refused outranks what is not programmed yet. */
const routeParent =
  "ResolvedRefs|Accepted=False > Degraded; Programmed!=True & no ResolvedRefs|Accepted=False > Progressing";

/** Gloo writes a number or a name, once for all or per namespace. */
const glooState =
  ".state=Accepted|1 > Healthy; .state=Warning|3|Rejected|2 > Degraded: {.reason}; .state=Pending|0 > Suspended";
const gloo: Check = [`each .status.statuses: ${glooState}`, `in .status: ${glooState}`];

const kruisePartition = ".partition!=0 & $.metadata.generation>1";

/** Networking, certificates, secrets, autoscaling, monitoring and other parts of a platform. */
export const platformChecks: CheckTable = {
  "apps.3scale.net/APIManager": [
    ".status.deployments.ready & !.status.deployments.starting & !.status.deployments.stopped > Healthy",
    "Available=True > Healthy; Available!=True[reason!=] > Degraded: {reason}",
  ],
  "capabilities.3scale.net/ActiveDoc": threescale("Ready", "Invalid", "Orphan", "Failed"),
  "capabilities.3scale.net/Application": [
    ".status.state=suspended > Suspended",
    "Ready=True > Healthy; .status.adminId?0<=0 & Ready!=True > Degraded",
  ],
  "capabilities.3scale.net/ApplicationAuth": threescale("Ready", "Failed"),
  "capabilities.3scale.net/Backend": threescale("Synced", "Invalid", "Failed"),
  "capabilities.3scale.net/CustomPolicyDefinition": threescale("Ready", "Invalid", "Failed"),
  "capabilities.3scale.net/DeveloperAccount": [
    "Ready=True > Healthy; Invalid|Failed=True > Degraded; Waiting=True > Suspended",
  ],
  "capabilities.3scale.net/DeveloperUser": [
    ".status.developerUserState=suspended > Suspended",
    ...threescale("Ready", "Invalid", "Orphan", "Failed"),
  ],
  "capabilities.3scale.net/OpenAPI": threescale("Ready", "Invalid", "Failed"),
  "capabilities.3scale.net/Product": threescale("Synced", "Invalid", "Orphan", "Failed"),
  "capabilities.3scale.net/ProxyConfigPromote": [
    "Ready=True > Healthy; In-progress=True > Progressing; Failed=True > Degraded",
  ],
  "capabilities.3scale.net/Tenant": [
    "Ready=True & .status.tenantId>0 & .status.adminId>0 > Healthy",
    "Ready!=True > Degraded",
  ],
  "apps.kruise.io/AdvancedCronJob": [
    "!.status.lastScheduleTime & .spec.paused=true > Suspended",
    "#.status.active>0 > Progressing",
    ".status & !.status.lastScheduleTime > Degraded",
    ".status > Healthy",
  ],
  "apps.kruise.io/BroadcastJob": [
    ".status.desired=.status.succeeded & .status.phase=completed > Healthy",
    ".status.active!=0 & .status.phase=running > Progressing",
    ".status.failed!=0 & .status.phase=failed > Degraded",
    ".status.phase=paused & .spec.paused=true > Suspended",
  ],
  "apps.kruise.io/CloneSet": [
    "!.status > Progressing",
    ".metadata.generation!=.status.observedGeneration > Progressing",
    ".spec.updateStrategy.paused=true > Suspended: the CloneSet is paused; !.status.updatedAvailableReplicas > Suspended",
    `in .spec.updateStrategy: ${kruisePartition} & $.status.updatedReplicas>=$.status.expectedUpdatedReplicas > Suspended; ` +
      `${kruisePartition} > Progressing`,
    ".status.updatedAvailableReplicas=.status.replicas > Healthy",
    "otherwise > Degraded",
  ],
  "apps.kruise.io/DaemonSet": [
    "!.status > Progressing",
    ".metadata.generation!=.status.observedGeneration > Progressing",
    ".spec.updateStrategy.rollingUpdate.paused=true > Suspended; !.status.updatedNumberScheduled > Suspended",
    `in .spec.updateStrategy.rollingUpdate: .partition & ${kruisePartition} & ` +
      "$.status.updatedNumberScheduled>$.status.desiredNumberScheduled-.partition > Suspended; " +
      `.partition & ${kruisePartition} > Progressing`,
    ".status.updatedNumberScheduled=.status.desiredNumberScheduled & " +
      ".status.numberAvailable=.status.desiredNumberScheduled > Healthy",
    ".status.updatedNumberScheduled=.status.desiredNumberScheduled & " +
      ".status.numberUnavailable=.status.desiredNumberScheduled > Degraded",
  ],
  "apps.kruise.io/StatefulSet": [
    "!.status > Progressing",
    ".metadata.generation!=.status.observedGeneration > Progressing",
    ".spec.updateStrategy.rollingUpdate.paused=true > Suspended; !.status.updatedAvailableReplicas > Suspended",
    `in .spec.updateStrategy.rollingUpdate: ${kruisePartition} & ` +
      `$.status.updatedReplicas>$.status.replicas-.partition > Suspended; ${kruisePartition} > Progressing`,
    ".status.updatedAvailableReplicas=.status.replicas > Healthy",
    "otherwise > Degraded",
  ],
  "game.kruise.io/GameServer": [
    "!.status > Unknown",
    ".status.currentState!=.status.desiredState > Progressing: {.status.currentState} → {.status.desiredState}",
    "in .status.podStatus: KruisePodReady!=True > Degraded",
    ".status.currentState=Ready > Healthy",
    "otherwise > Unknown",
  ],
  "game.kruise.io/GameServerSet": [
    "!.status > Progressing",
    ".metadata.generation!=.status.observedGeneration > Progressing",
    ".spec.updateStrategy.rollingUpdate.paused=true > Suspended",
    "in .spec.updateStrategy.rollingUpdate: .partition?0!=0 & " +
      "$.status.updatedReplicas?0>=$.status.replicas?0-.partition > Suspended",
    ".status.updatedReadyReplicas?0=.status.replicas?0 > Healthy",
  ],
  "astra.netapp.io/AppVault": [".status.state=available|Available > Healthy; .status.state=failed|Failed > Degraded"],
  "astra.netapp.io/Application": ready,
  "astra.netapp.io/Backup": astraRun,
  "astra.netapp.io/ExecHooksRun": astraRun,
  "astra.netapp.io/ResourceBackup": astraRun,
  "astra.netapp.io/ResticVolumeBackup": astraRun,
  "astra.netapp.io/Snapshot": astraRun,
  "astra.netapp.io/ExecHook": [".spec.enabled=true > Healthy; .spec.enabled=false > Suspended"],
  "astra.netapp.io/Schedule": ["otherwise > Healthy"],
  "bitnami.com/SealedSecret": ["Synced=False > Degraded; Synced=True > Healthy"],
  "cert-manager.io/Certificate": ["Issuing=True > Progressing", ...ready],
  "cert-manager.io/ClusterIssuer": ready,
  "cert-manager.io/Issuer": ready,
  "certmanager.k8s.io/Certificate": ready,
  "certmanager.k8s.io/Issuer": ready,
  "coralogix.com/Alert": ["RemoteSynced=True > Healthy; RemoteSynced=False > Degraded"],
  "coralogix.com/RecordingRuleGroupSet": ["RemoteSynced=True > Healthy; RemoteSynced=False > Degraded"],
  "core.spinkube.dev/SpinApp": [
    "!.status > Progressing",
    "Progressing=False[reason=ProgressDeadlineExceeded] > Degraded; Progressing=False[message~timeout|failed] > Degraded",
    "Available!=True > Degraded",
    "no Available=True > Degraded",
    ".status.readyReplicas?0<.spec.replicas?1 > Progressing",
    "Progressing=True > Progressing",
    "otherwise > Healthy",
  ],
  "datadoghq.com/DatadogMetric": ["Error=True > Degraded", "Valid=False > Degraded", "otherwise > Healthy"],
  "external-secrets.io/ClusterExternalSecret": [
    "Ready=True[last] > Healthy; PartiallyReady|NotReady=True[last] > Degraded",
  ],
  "external-secrets.io/ClusterSecretStore": ready,
  "external-secrets.io/ExternalSecret": ready,
  "external-secrets.io/PushSecret": ready,
  "external-secrets.io/SecretStore": ready,
  "kubernetes-client.io/ExternalSecret": [".status.status=SUCCESS > Healthy; .status.status^=ERROR > Degraded"],
  "gateway.networking.k8s.io/BackendTLSPolicy": [
    "each .status.ancestors: *=*[stale] > Progressing: {.ancestorRef.name} has not seen the change",
    "each .status.ancestors: Accepted|ResolvedRefs!=True > Degraded",
    "each .status.ancestors: Accepted=True > Healthy",
  ],
  "gateway.networking.k8s.io/Gateway": [
    "ResolvedRefs=False > Degraded",
    "Accepted=False > Degraded",
    "Programmed!=True > Progressing",
    `each .status.listeners: ${routeParent}`,
    ".status.conditions > Healthy; #.status.listeners>0 > Healthy",
  ],
  "gateway.networking.k8s.io/GatewayClass": [
    "Accepted=True[!stale] > Healthy; Accepted=False[!stale] > Degraded; Accepted=*[!stale] > Progressing",
  ],
  "gateway.networking.k8s.io/GRPCRoute": [
    `each .status.parents: ${routeParent}`,
    "each .status.parents: #.conditions>0 > Healthy",
  ],
  "gateway.networking.k8s.io/HTTPRoute": [
    `each .status.parents: *=*[stale] > skip; ${routeParent}`,
    "each .status.parents: *=*[stale] > skip; #.conditions>0 > Healthy",
  ],
  "gateway.solo.io/Gateway": gloo,
  "gateway.solo.io/MatchableHttpGateway": gloo,
  "gateway.solo.io/RouteOption": gloo,
  "gateway.solo.io/RouteTable": gloo,
  "gateway.solo.io/VirtualHostOption": gloo,
  "gateway.solo.io/VirtualService": gloo,
  "gloo.solo.io/Proxy": gloo,
  "gloo.solo.io/Settings": gloo,
  "gloo.solo.io/Upstream": gloo,
  "gloo.solo.io/UpstreamGroup": gloo,
  "grafana-org-operator.kubitus-project.gitlab.io/*": [
    "Ready=False > Degraded; Ready=True > Healthy; Ready=* > Progressing",
  ],
  "grafana.integreatly.org/Grafana": [
    ".status.stageStatus=failed > Degraded: failed at stage {.status.stage}",
    ".status.stage=complete & .status.stageStatus=success > Healthy:",
    ".status.stageStatus > Progressing: {.status.stage}",
  ],
  "grafana.integreatly.org/GrafanaDashboard": ["*=False > Degraded", "*=True > Healthy"],
  "grafana.integreatly.org/GrafanaFolder": ["*=False > Degraded", "*=True > Healthy"],
  "grafana.integreatly.org/GrafanaDatasource": [
    "!.status > Progressing; .status.uid= > Progressing",
    ".status.NoMatchingInstances & .status.NoMatchingInstances!=false > Degraded",
    "otherwise > Healthy:",
  ],
  "install.istio.io/IstioOperator": [
    ".status.status=0|NONE > Unknown",
    ".status.status=1|UPDATING|2|RECONCILING > Progressing",
    ".status.status=3|HEALTHY > Healthy",
    ".status.status=4|ERROR > Degraded",
  ],
  "jaegertracing.io/Jaeger": [".status.phase=Running > Healthy; .status.phase=Failed > Degraded"],
  "k8s.keycloak.org/Keycloak": ["Ready=True > Healthy:; HasErrors=True > Degraded"],
  "keda.sh/ScaledJob": [
    "Ready=False|Unknown > Degraded",
    "Ready=True & Paused=True > Suspended: {Paused.message}",
    "Ready=True > Healthy",
  ],
  "keda.sh/ScaledObject": [
    "Ready=False > Degraded; Fallback=True > Degraded",
    "Ready=True & Paused=True > Suspended: {Paused.message}",
    "Ready=True > Healthy",
  ],
  "kiali.io/Kiali": ["Successful=True > Healthy; Failure=True > Degraded; Running=*[reason=Running] > Progressing"],
  "kyverno.io/Policy": ["Ready=True[reason=Succeeded][message=Ready] > Healthy"],
  "microgateway.airlock.com/*": [
    ".kind!$=Policy > Healthy",
    "each .status.ancestors: *=*[unobserved] > Progressing: {.ancestorRef.name} has not seen the change",
    "each .status.ancestors: Accepted|ResolvedRefs!=True > Degraded",
    "each .status.ancestors: no Accepted=* > Degraded: {.ancestorRef.name} has not accepted it",
    "each .status.ancestors: Accepted=True > Healthy",
  ],
  "monitoring.coreos.com/Prometheus": [
    "Available=True > Healthy; Available!=True[reason=SomePodsNotReady] > Progressing; Available!=True > Degraded",
  ],
  "networking.gke.io/ManagedCertificate": [
    "each .status.domainStatus: .status=FailedNotVisible > Degraded: {.domain} is not visible",
    ".status.certificateStatus=Active > Healthy",
  ],
  "nmstate.io/NodeNetworkConfigurationPolicy": [
    "Available=True > Healthy; Degraded=True > Degraded; Progressing=True > Progressing; Ignored=True > Suspended",
  ],
  "operator.knative.dev/KnativeEventing": [...knative("Ready", "InstallSucceeded"), ".status.conditions > Degraded"],
  "operator.knative.dev/KnativeServing": [
    "DeploymentsAvailable=False > Progressing",
    ...knative("Ready", "InstallSucceeded", "DependenciesInstalled", "DeploymentsAvailable"),
    ".status.conditions > Degraded",
  ],
  "serving.knative.dev/Service": [
    "*=False > Degraded",
    "*=Unknown > Progressing",
    "ConfigurationsReady=True & RoutesReady=True & Ready=True > Healthy",
  ],
  "serving.kserve.io/InferenceService": [
    "Stopped=True > Suspended",
    "!.status.conditions > Progressing",
    ".status.modelStatus.transitionStatus & .status.modelStatus.transitionStatus!=UpToDate|InProgress > Degraded",
    ".status.modelStatus.transitionStatus=InProgress > Progressing",
    "*=Unknown > Progressing; *=False[type!=Stopped] > Progressing",
    "otherwise > Healthy",
  ],
  "operator.victoriametrics.com/*": [
    ".status.observedGeneration & .metadata.generation & .status.observedGeneration!=.metadata.generation > Progressing",
    ".status.updateStatus=operational > Healthy",
    ".status.updateStatus=paused > Suspended: {.status.reason}",
    ".status.updateStatus=failed > Degraded: {.status.reason}",
    "otherwise > Progressing: {.status.reason}",
  ],
  "proclaim.dogmatiq.io/DNSSDServiceInstance": [
    "Adopted=False > Degraded",
    "Advertised=*[reason=AdvertiseError|UnadvertiseError] > Degraded",
    "Discoverable=*[reason=DiscoveryError] > Unknown",
    "Discoverable=True > Healthy; Discoverable=* > Progressing",
  ],
  "projectcontour.io/ExtensionService": ["Valid=True[current] > Healthy; Valid=False[current] > Degraded"],
  "projectcontour.io/HTTPProxy": [
    "Valid=True[current] > Healthy: {.status.description}; .spec.includes & *=False[current] > Healthy; " +
      "Valid=False[current] > Degraded: {.status.description}",
    ".status.currentStatus > Progressing: {.status.description}",
  ],
};
