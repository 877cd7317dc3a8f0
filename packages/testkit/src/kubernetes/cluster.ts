import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apiRequest } from "./api-request.ts";
import { freePorts, writeClusterFiles } from "./cluster-files.ts";
import { fakeNode, readyNodes } from "./fake-nodes.ts";
import { directoryPrefix, own, removeLeftovers } from "./leftovers.ts";
import { openNodePlace, startNode, type NodePlace, type RealNode } from "./node/start-node.ts";
import { startProgram, type Program } from "./processes.ts";
import { apiServerArguments, commonArguments, etcdArguments, flags, kwokArguments } from "./program-arguments.ts";
import { findPrograms, type ProgramName } from "./programs.ts";

export type KubernetesOptions = {
  /** Default: `findPrograms()`. */
  programs?: string;
  /** Nodes that only have a status, as have the pods on them. Default 3. */
  fakeNodes?: number;
  /** A node that runs containers, see `node/probe.ts` for whether one can. Fake nodes beside it take nothing unless asked. */
  realNode?: boolean;
  /** How long each part may take to start. Default two minutes. */
  patienceMs?: number;
  log?: (line: string) => void;
};

/** A Kubernetes of its own on loopback: nothing of it is left after `stop`, or when this process ends. */
export type Kubernetes = {
  /** A file with one context, `test`. */
  kubeconfig: string;
  url: string;
  ca: string;
  token: string;
  /** Null unless asked for. */
  node: RealNode | null;
  /** Process ids by program, for measuring. */
  pid(name: ProgramName): number;
  /** etcd's own HTTP interface, for what the API server does not offer. */
  etcd: string;
  /** Stops a program where it stands (SIGSTOP), connections and all; `resume` lets it go on. */
  freeze(name: ProgramName): void;
  resume(name: ProgramName): void;
  /** Kills a program and starts it again: it has forgotten what it knew. */
  restart(name: ProgramName): Promise<void>;
  /** The API server dies (SIGKILL); what it stored stays. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same address; resolves when it is ready. */
  startApiServer(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts etcd, API server, controller manager, scheduler and the nodes asked for; resolves when these are ready. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const found = options.programs ?? findPrograms();
  if (found === null) {
    throw new Error(
      "There are no programs of Kubernetes: run packages/testkit/src/kubernetes/build.ts with Go 1.21 or newer.",
    );
  }
  await removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix));
  own(directory);
  const { patienceMs = 120_000 } = options;
  const running = new Map<string, Program>();
  let place: NodePlace | null = null;
  const stop = async () => {
    // The kubelet first: it would start again what is ended.
    await running.get("kubelet")?.kill();
    await place?.remove();
    await Promise.all([...running.values()].map((program) => program.kill()));
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const startFile = (name: string, file: string, args: readonly string[]) => {
    options.log?.(`starting ${name}`);
    running.set(name, startProgram(directory, name, file, args));
  };
  const given = new Map<ProgramName, readonly string[]>();
  const start = (name: ProgramName, args: readonly string[]) => {
    given.set(name, args);
    startFile(name, join(found, name), args);
  };
  const pid = (name: ProgramName) => Number(readFileSync(join(directory, "pid", name), "utf8"));
  const until = async (what: string, holds: () => Promise<boolean>) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      for (const program of running.values()) program.check();
      if (await holds().catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(`Kubernetes for tests: ${what} did not come within ${patienceMs} ms`);
      await sleep(100);
    }
  };
  try {
    if (options.realNode === true) place = await openNodePlace(directory);
    const { machine: host, services } = place?.network ?? { machine: "127.0.0.1", services: "10.96.0.0/16" };
    const [port = 0, etcd = 0, peer = 0, manager = 0, scheduler = 0] = await freePorts(5);
    const files = writeClusterFiles(directory, host, port);
    start("etcd", etcdArguments(directory, etcd, peer));
    const startApi = async () => {
      start("kube-apiserver", apiServerArguments(directory, { host, port, etcd, services }));
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
    const ready = async (name: string) => readyNodes((await get("/api/v1/nodes")).body).includes(name);
    const fakes = Array.from({ length: options.fakeNodes ?? 3 }, (_, at) => at + 1);
    if (fakes.length > 0) {
      start("kwok", kwokArguments(files.kubeconfig));
      for (const at of fakes) await apiRequest(server, "/api/v1/nodes", fakeNode(at, place !== null));
    }
    const { kubeconfig } = files;
    const node =
      place === null
        ? null
        : await startNode({
            directory,
            programs: found,
            kubeconfig,
            network: place.network,
            start: startFile,
            until,
            ready,
          });
    for (const at of fakes) await until(`the fake node ${at}`, () => ready(`fake-${at}`));
    return {
      kubeconfig,
      url: server.url,
      ca: server.ca,
      token: server.token,
      etcd: `http://127.0.0.1:${etcd}`,
      node,
      pid,
      freeze: (name) => void process.kill(pid(name), "SIGSTOP"),
      resume: (name) => void process.kill(pid(name), "SIGCONT"),
      async restart(name) {
        await running.get(name)?.kill();
        start(name, given.get(name) ?? []);
      },
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
