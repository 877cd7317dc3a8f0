import { join } from "node:path";
import type { NodeNetwork } from "./network.ts";

export const nodeName = "node-1";
export const cniPrograms = "/usr/lib/cni";

/** Where things of the node are below the cluster's directory. */
export function nodePaths(directory: string) {
  const folder = join(directory, "node");
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    folder,
    socket: at("containerd.sock"),
    containerd: at("containerd.toml"),
    networks: at("networks"),
    kubelet: at("kubelet.json"),
    proxy: at("proxy.json"),
    /** What `removeNode` needs to know. */
    record: at("record.json"),
    at,
  };
}

export type NodePaths = ReturnType<typeof nodePaths>;

/** containerd with everything it writes in the node's folder, also what runc and its shims would put into /run. */
export function containerdConfig(paths: NodePaths): string {
  const text = JSON.stringify;
  const unused = [
    "io.containerd.internal.v1.opt",
    "io.containerd.internal.v1.tracing",
    "io.containerd.tracing.processor.v1.otlp",
    ...["aufs", "btrfs", "devmapper", "zfs"].map((name) => `io.containerd.snapshotter.v1.${name}`),
  ];
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${text(paths.at("containerd", "root"))}
state = ${text(paths.at("containerd", "state"))}
disabled_plugins = ${text(unused)}
[grpc]
  address = ${text(paths.socket)}
[${cri}]
  sandbox_image = "localhost/pause:1"
  tolerate_missing_hugetlb_controller = true
  disable_apparmor = true
  restrict_oom_score_adj = true
[${cri}.cni]
  bin_dir = ${text(cniPrograms)}
  conf_dir = ${text(paths.networks)}
[${cri}.containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
  Root = ${text(paths.at("runc"))}
`;
}

/** Pods on a bridge, with addresses of the node's range. */
export function podNetwork(paths: NodePaths, { name, pods }: NodeNetwork): object {
  const ranges = [[{ subnet: `${pods}.0/24`, rangeStart: `${pods}.10`, rangeEnd: `${pods}.250` }]];
  return {
    cniVersion: "1.0.0",
    name,
    plugins: [
      {
        type: "bridge",
        bridge: "pods",
        isGateway: true,
        hairpinMode: true,
        ipam: { type: "host-local", dataDir: paths.at("addresses"), routes: [{ dst: "0.0.0.0/0" }], ranges },
      },
    ],
  };
}

export function kubeletConfig(paths: NodePaths, network: NodeNetwork): object {
  const never = "0%";
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: network.node,
    readOnlyPort: 0,
    healthzBindAddress: "127.0.0.1",
    // Only the machine reaches the network, and only for the time of a test.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${paths.socket}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${network.name}`,
    failSwapOn: false,
    failCgroupV1: false,
    localStorageCapacityIsolation: false,
    // A full disk of the machine is no reason to end the tests' Pods.
    evictionHard: Object.fromEntries(
      ["memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree"].map(
        (signal) => [signal, never],
      ),
    ),
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    podLogsDir: paths.at("logs"),
    volumePluginDir: paths.at("plugins"),
    maxPods: 200,
    nodeStatusUpdateFrequency: "5s",
    nodeLeaseDurationSeconds: 8,
    serializeImagePulls: false,
    registryPullQPS: 100,
    oomScoreAdj: 0,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    eventRecordQPS: 100,
    syncFrequency: "5s",
  };
}

export function proxyConfig(kubeconfig: string, network: NodeNetwork): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig },
    hostnameOverride: nodeName,
    bindAddress: network.node,
    clusterCIDR: `${network.pods}.0/24`,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    // The machine's own settings for tracked connections stay.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    iptables: { minSyncPeriod: "0s", syncPeriod: "30s" },
  };
}
