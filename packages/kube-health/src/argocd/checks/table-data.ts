import type { Check, CheckTable } from "./language.ts";
import { ready } from "./shared.ts";

/** Strimzi says NotReady as a condition of its own. */
const strimzi: Check = ["NotReady=True > Degraded; Ready=True > Healthy:"];

const confluent: Check = [".status.phase=RUNNING > Healthy; .status.phase=PROVISIONING > Progressing"];

const clickhouse: Check = [
  ".status.status=Completed > Healthy; .status.status=InProgress > Progressing; .status.status > Degraded",
];

const mariadb: Check = ["*=False[reason=Failed] > Degraded; *=False > Progressing", ".status.conditions > Healthy"];

const mariadbPart: Check = ["Ready=True > Healthy; Ready!=True > Degraded"];

const rabbitmq: Check = [
  "Ready=True[reason=SuccessfulCreateOrUpdate] > Healthy; Ready=False[reason=FailedCreateOrUpdate] > Degraded",
  "otherwise > Unknown",
];

const humio: Check = [
  ".status.state=Exists > Healthy",
  ".status.state=NotFound > Missing",
  ".status.state=ConfigError > Degraded",
  ".status.state=Unknown > Unknown",
];

/** CloudNativePG tells its phase as a sentence; what it does by itself and ends is progress, a loss of service is not. */
const cloudNativePgPhases: readonly (readonly [string, string])[] = [
  ["Cluster in healthy state", "Healthy"],
  ["Setting up primary|Creating a new replica|Upgrading cluster", "Progressing"],
  ["Waiting for the instances to become active|Promoting to primary cluster", "Progressing"],
  ["Switchover in progress|Failing over|Upgrading Postgres major version|Cluster upgrade delayed", "Degraded"],
  ["Waiting for user action|Online upgrade in progress|Applying configuration", "Degraded"],
  ["Primary instance is being restarted in-place", "Degraded"],
  ["Primary instance is being restarted without a switchover", "Degraded"],
  ["Cluster cannot execute instance online upgrade due to missing architecture binary", "Degraded"],
  ["Unable to create required cluster objects|Cluster has incomplete or invalid image catalog", "Suspended"],
  ["Cluster cannot proceed to reconciliation due to an unknown plugin being required", "Suspended"],
  ["Cluster is unrecoverable and needs manual intervention", "Suspended"],
];

/** Databases, queues, search and other stores. */
export const dataChecks: CheckTable = {
  "acid.zalan.do/postgresql": [
    ".status.PostgresClusterStatus=Running > Healthy: {.status.PostgresClusterStatus}",
    ".status.PostgresClusterStatus=Creating|Updating > Progressing: {.status.PostgresClusterStatus}",
    ".status.PostgresClusterStatus > Degraded: {.status.PostgresClusterStatus}",
  ],
  "beat.k8s.elastic.co/Beat": [
    ".status.health=red > Degraded; .status.health=green > Healthy; .status.health=yellow > Progressing",
    "!.status.health & .status.expectedNodes > Progressing",
    "otherwise > Unknown",
  ],
  "logstash.k8s.elastic.co/Logstash": [
    ".status.health=red > Degraded; .status.health=green > Healthy; .status.health=yellow > Progressing",
  ],
  "cassandra.rook.io/Cluster": [
    "each .status.racks: .members & .readyMembers & .members!=.readyMembers > Progressing",
    ".status.racks > Healthy:",
  ],
  "ceph.rook.io/CephCluster": [
    ".status.ceph.health=HEALTH_ERR|HEALTH_WARN > Degraded",
    ".status.ceph.health=HEALTH_OK & .status.state=Created|Connected > Healthy",
    ".status.ceph.health=HEALTH_OK & .status.state=Error > Degraded",
    ".status.ceph.health=HEALTH_OK & .status.state > Progressing",
    ".status.ceph.health=HEALTH_OK > Healthy",
  ],
  "ceph.rook.io/CephObjectStore": [".status.phase=Ready > Healthy; .status.phase=Failure > Degraded"],
  "clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation": clickhouse,
  "clickhouse.altinity.com/ClickHouseInstallation": clickhouse,
  "core.humio.com/HumioAction": humio,
  "core.humio.com/HumioAlert": humio,
  "core.humio.com/HumioIngestToken": humio,
  "core.humio.com/HumioParser": humio,
  "core.humio.com/HumioRepository": humio,
  "core.humio.com/HumioView": humio,
  "core.humio.com/HumioCluster": [
    ".status.state=Running > Healthy: {.status.message}",
    ".status.state=Restarting|Upgrading|Pending > Progressing: {.status.message}",
    ".status.state=ConfigError > Degraded: {.status.message}",
    ".status.state=Unknown > Unknown: {.status.message}",
  ],
  "flink.apache.org/FlinkDeployment": [
    "in .status.reconciliationStatus: .success & .success!=false > Healthy:; .state=DEPLOYED > Healthy:",
    "in .status.reconciliationStatus: $.status.jobManagerDeploymentStatus=DEPLOYED_NOT_READY|DEPLOYING > Progressing; " +
      "$.status.jobManagerDeploymentStatus=ERROR > Degraded: {.error}",
  ],
  "k8s.mariadb.com/Backup": [
    "*=False[reason=CronJobScheduled][message=Failed] > Degraded; *=False > Progressing",
    ".status.conditions > Healthy",
  ],
  "k8s.mariadb.com/Database": mariadbPart,
  "k8s.mariadb.com/Grant": mariadbPart,
  "k8s.mariadb.com/MariaDB": mariadb,
  "k8s.mariadb.com/SqlJob": ["*=True[reason=JobComplete] > Healthy; *=True[reason=JobFailed] > Degraded"],
  "k8s.mariadb.com/User": mariadbPart,
  "mariadb.mmontes.io/MariaDB": mariadb,
  "kafka.banzaicloud.io/KafkaCluster": [
    ".status.state=ClusterRollingUpgrading > Progressing",
    "each .status.brokersState: .configurationState!=ConfigInSync > Degraded; " +
      ".gracefulActionState.cruiseControlState!=GracefulUpscaleSucceeded|GracefulDownscaleSucceeded > Degraded",
    ".status.brokersState & .status.cruiseControlTopicStatus=CruiseControlTopicReady & .status.state=ClusterRunning > Healthy",
  ],
  "kafka.strimzi.io/Kafka": ["NotReady=True[reason!=Creating] > Degraded; Ready=True > Healthy:"],
  "kafka.strimzi.io/KafkaBridge": strimzi,
  "kafka.strimzi.io/KafkaConnect": strimzi,
  "kafka.strimzi.io/KafkaConnector": strimzi,
  "kafka.strimzi.io/KafkaTopic": strimzi,
  "kafka.strimzi.io/KafkaUser": strimzi,
  "minio.min.io/Tenant": [
    ".status.currentState=Initialized > Healthy: {.status.currentState}",
    ".status.currentState=Statefulset not controlled by operator|Another MinIO Tenant already exists in the namespace|" +
      "Tenant credentials are not set properly|Different versions across MinIO Pools|Pool Decommissioning Not Allowed" +
      " > Degraded: {.status.currentState}",
    ".status.currentState > Progressing: {.status.currentState}",
  ],
  "objectbucket.io/ObjectBucketClaim": [".status.phase=Bound > Healthy; .status.phase=Failed > Degraded"],
  "ocs.openshift.io/StorageCluster": [
    "Degraded=True > Degraded",
    "Progressing=True > Progressing",
    "Available=True > Healthy",
    "otherwise > Unknown",
  ],
  "platform.confluent.io/Connect": confluent,
  "platform.confluent.io/ControlCenter": confluent,
  "platform.confluent.io/Kafka": confluent,
  "platform.confluent.io/KsqlDB": confluent,
  "platform.confluent.io/SchemaRegistry": confluent,
  "platform.confluent.io/Zookeeper": confluent,
  "platform.confluent.io/Connector": [
    ".status.state=CREATED & .status.connectorState=RUNNING & !.status.failedTasksCount > Healthy",
    ".status.state=ERROR & *=* > Degraded; .status.state & .status.failedTasksCount>0 & *=* > Degraded",
    ".status.state=ERROR > Degraded",
    ".status.state & .status.failedTasksCount>0 > Degraded",
  ],
  "postgresql.cnpg.io/Cluster": [
    ".metadata.annotations['cnpg.io/reconciliationLoop']=disabled > Suspended",
    "cnpg.io/hibernation=True > Suspended; cnpg.io/hibernation!=True > Degraded",
    ...cloudNativePgPhases.map(
      ([phases, status]) => `.status.conditions & .status.phase=${phases} > ${status}: {.status.phaseReason}`,
    ),
    ".status.conditions > Unknown: {.status.phaseReason}",
    "otherwise > Progressing: {.status.phaseReason}",
  ],
  "psmdb.percona.com/PerconaServerMongoDB": [
    ".status.state=ready > Healthy",
    ".status.state=initializing|stopping > Progressing",
    ".status.state=error > Degraded",
    ".status.state=paused > Suspended",
    "otherwise > Unknown",
  ],
  "pxc.percona.com/PerconaXtraDBCluster": [
    ".status.state=ready > Healthy",
    ".status.state=initializing > Progressing",
    ".status.state=stopping|error > Degraded",
    "otherwise > Unknown",
  ],
  "rabbitmq.com/Binding": rabbitmq,
  "rabbitmq.com/Exchange": rabbitmq,
  "rabbitmq.com/Permission": rabbitmq,
  "rabbitmq.com/Policy": rabbitmq,
  "rabbitmq.com/Queue": rabbitmq,
  "rabbitmq.com/Shovel": rabbitmq,
  "rabbitmq.com/User": rabbitmq,
  "rabbitmq.com/Vhost": rabbitmq,
  "rabbitmq.com/RabbitmqCluster": [
    "ReconcileSuccess=False > Degraded",
    "ClusterAvailable|AllReplicasReady=Unknown|False > Progressing",
    "ClusterAvailable=True & AllReplicasReady=True > Healthy",
  ],
  "snapshot.storage.k8s.io/VolumeSnapshot": [
    ".status.readyToUse & .status.readyToUse!=false > Healthy",
    ".status.error > Degraded: {.status.error.message}",
  ],
  "snapshot.storage.k8s.io/VolumeSnapshotContent": [
    ".status.readyToUse & .status.readyToUse!=false > Healthy",
    ".status.error > Degraded: {.status.error.message}",
  ],
  "solr.apache.org/SolrCloud": [
    "each .status.solrNodes: .ready?false=false > Progressing",
    ".status.solrNodes > Healthy",
  ],
  "zookeeper.pravega.io/ZookeeperCluster": [
    ".status & .status.readyReplicas!=0 & .status.readyReplicas=.status.replicas > Healthy",
  ],
  "onepassword.com/OnePasswordItem": ready,
};
