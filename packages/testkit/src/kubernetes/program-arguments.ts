import { join } from "node:path";
import { fileURLToPath } from "node:url";

const stages = fileURLToPath(new URL("./stages.yaml", import.meta.url));

/** `{"a-b": 1}` → `["--a-b=1"]` */
export function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

export function etcdArguments(directory: string, port: number, peer: number): string[] {
  const client = `http://127.0.0.1:${port}`;
  const own = `http://127.0.0.1:${peer}`;
  return flags({
    name: "one",
    "data-dir": join(directory, "etcd"),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": own,
    "initial-advertise-peer-urls": own,
    "initial-cluster": `one=${own}`,
    // Nothing here outlives the machine.
    "unsafe-no-fsync": true,
    "log-level": "warn",
  });
}

export type ApiServerPlace = { host: string; port: number; etcd: number; services: string };

export function apiServerArguments(directory: string, { host, port, etcd, services }: ApiServerPlace): string[] {
  const key = join(directory, "service-account.key");
  const loopback = host.startsWith("127.");
  return [
    ...flags({
      "etcd-servers": `http://127.0.0.1:${etcd}`,
      "bind-address": host,
      "secure-port": port,
      "cert-dir": join(directory, "apiserver"),
      "token-auth-file": join(directory, "tokens.csv"),
      "authorization-mode": "RBAC",
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-signing-key-file": key,
      "service-account-key-file": key,
      "service-cluster-ip-range": services,
      "allow-privileged": true,
      profiling: false,
      // Nodes are known by address, not by name.
      "kubelet-preferred-address-types": "InternalIP",
      // Loopback may not be published as the address of the service `kubernetes`.
      "endpoint-reconciler-type": loopback ? "none" : "master-count",
    }),
    ...(loopback ? [] : flags({ "advertise-address": host })),
  ];
}

export function commonArguments(kubeconfig: string): string[] {
  return flags({
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "authentication-skip-lookup": true,
    "bind-address": "127.0.0.1",
    "leader-elect": false,
    "kube-api-qps": 300,
    "kube-api-burst": 600,
    profiling: false,
  });
}

export function kwokArguments(kubeconfig: string): string[] {
  return flags({
    kubeconfig,
    config: stages,
    "manage-nodes-with-annotation-selector": "kwok.x-k8s.io/node=fake",
    // The network reserved for benchmarks: nobody answers there.
    cidr: "198.18.0.0/15",
    "node-ip": "198.19.255.1",
    "node-lease-duration-seconds": 40,
    "server-address": "",
  });
}
