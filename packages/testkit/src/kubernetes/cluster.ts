import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apiRequest } from "./api-request.ts";
import { apiServerArguments, commonArguments, etcdArguments, flags, kwokArguments } from "./program-arguments.ts";
import { startProgram, type Program } from "./processes.ts";
import { findPrograms, type ProgramName } from "./programs.ts";

export type KubernetesOptions = {
  /** Default: `findPrograms()`. */
  programs?: string;
  /** Nodes that only have a status, as have the pods on them. Default 3. */
  fakeNodes?: number;
  log?: (line: string) => void;
};

/** A Kubernetes of its own on loopback: nothing of it is left after `stop`, or when this process ends. */
export type Kubernetes = {
  /** A file with one context, `test`. */
  kubeconfig: string;
  url: string;
  ca: string;
  token: string;
  /** Process ids by program, for measuring. */
  pid(name: ProgramName): number;
  /** The API server dies (SIGKILL); what it stored stays. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same address; resolves when it is ready. */
  startApiServer(): Promise<void>;
  stop(): Promise<void>;
};

const patienceMs = 120_000;

const prefix = "gennaker-kubernetes-";
const ownerFile = "owner";

/** Clusters whose process was killed: their programs died with it, their files did not. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const directory = join(tmpdir(), name);
    try {
      process.kill(Number(readFileSync(join(directory, ownerFile), "utf8")), 0);
    } catch (error) {
      // ESRCH: nobody has this id. Anything else, such as another user's process or a file not yet written, is left alone.
      if ((error as NodeJS.ErrnoException).code === "ESRCH") rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** Starts etcd, API server, controller manager, scheduler and KWOK; resolves when the fake nodes are ready. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const found = options.programs ?? findPrograms();
  if (found === null) {
    throw new Error(
      "There are no programs of Kubernetes: run packages/testkit/src/kubernetes/build.ts with Go 1.21 or newer.",
    );
  }
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(directory, ownerFile), String(process.pid));
  const running = new Map<ProgramName, Program>();
  const stop = async () => {
    await Promise.all([...running.values()].map((program) => program.kill()));
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const start = (name: ProgramName, args: readonly string[]) => {
    options.log?.(`starting ${name}`);
    running.set(name, startProgram(directory, name, join(found, name), args));
  };
  try {
    const [api = 0, etcd = 0, peer = 0, manager = 0, scheduler = 0] = await freePorts(5);
    const files = writeFiles(directory, api);
    const until = async (what: string, holds: () => Promise<boolean>) => {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        for (const program of running.values()) program.check();
        if (await holds().catch(() => false)) return;
        if (Date.now() > deadline)
          throw new Error(`Kubernetes for tests: ${what} did not come within ${patienceMs} ms`);
        await sleep(100);
      }
    };
    start("etcd", etcdArguments(directory, etcd, peer));
    const startApi = async () => {
      start("kube-apiserver", apiServerArguments(directory, api, etcd));
      await until("the API server's certificate", async () => existsSync(files.ca));
      const server = { ...files, ca: readFileSync(files.ca, "utf8") };
      await until("the API server", async () => (await apiRequest(server, "/readyz")).status === 200);
      return server;
    };
    const server = await startApi();
    const get = (path: string) => apiRequest(server, path);
    const common = commonArguments(files.kubeconfig);
    start("kube-controller-manager", [
      ...common,
      ...flags({ "secure-port": manager, "cert-dir": join(directory, "manager") }),
      ...flags({ "service-account-private-key-file": files.key, "root-ca-file": files.ca }),
      ...flags({ "use-service-account-credentials": false, "node-monitor-period": "2s" }),
    ]);
    start("kube-scheduler", [
      ...common,
      ...flags({ "secure-port": scheduler, "cert-dir": join(directory, "scheduler") }),
    ]);
    await until(
      "the default service account",
      async () => (await get("/api/v1/namespaces/default/serviceaccounts/default")).status === 200,
    );
    const nodes = options.fakeNodes ?? 3;
    if (nodes > 0) {
      start("kwok", kwokArguments(files.kubeconfig));
      for (let at = 1; at <= nodes; at += 1) await apiRequest(server, "/api/v1/nodes", fakeNode(at));
      await until("the fake nodes", async () => {
        const list = JSON.parse((await get("/api/v1/nodes")).body) as { items: NodeStatus[] };
        return list.items.length >= nodes && list.items.every(isReady);
      });
    }
    return {
      kubeconfig: files.kubeconfig,
      url: server.url,
      ca: server.ca,
      token: server.token,
      pid: (name) => Number(readFileSync(join(directory, "pid", name), "utf8")),
      async killApiServer() {
        await running.get("kube-apiserver")?.kill();
        running.delete("kube-apiserver");
      },
      async startApiServer() {
        await startApi();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type NodeStatus = { status?: { conditions?: { type: string; status: string }[] } };

function isReady(node: NodeStatus): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

function fakeNode(at: number): object {
  const name = `fake-${at}`;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": `zone-${"abc"[at % 3]}`,
      },
    },
  };
}

/** Keys, token and kubeconfig; the API server makes its own certificate at its first start. */
function writeFiles(directory: string, port: number) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const token = randomBytes(16).toString("hex");
  const url = `https://127.0.0.1:${port}`;
  const ca = join(directory, "apiserver", "apiserver.crt");
  const kubeconfig = join(directory, "kubeconfig");
  mkdirSync(join(directory, "apiserver"));
  const key = join(directory, "service-account.key");
  const secret = { mode: 0o600 };
  writeFileSync(key, privateKey.export({ type: "sec1", format: "pem" }), secret);
  writeFileSync(join(directory, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, secret);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: url, "certificate-authority": ca } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  writeFileSync(kubeconfig, JSON.stringify(config), secret);
  return { url, ca, token, key, kubeconfig };
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
