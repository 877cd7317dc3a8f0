import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flags } from "../program-arguments.ts";
import type { ProgramName } from "../programs.ts";
import { makeCgroups } from "./cgroups.ts";
import {
  containerdConfig,
  kubeletConfig,
  nodeName,
  nodePaths,
  podNetwork,
  proxyConfig,
  type NodePaths,
} from "./configuration.ts";
import { imageArchive, type Image } from "./image-archive.ts";
import { inNetwork, openNetwork, type NodeNetwork } from "./network.ts";
import { recordBefore } from "./remove-node.ts";
import { command } from "./system.ts";

/** A machine of the cluster that really runs containers. */
export type RealNode = {
  /** `node-1`: its label `kubernetes.io/hostname`. */
  name: string;
  /** Names its network namespace, interface and cgroups on this machine. */
  mark: string;
  /** Where the machine reaches its node ports. */
  address: string;
  /** Puts an image there; Pods use it by its name, which must begin with `localhost/`. */
  addImage(image: Image): Promise<void>;
  /** An image of the program `web` (see `programs/web`): `localhost/web:VERSION`. */
  addWeb(version: string, env?: Readonly<Record<string, string>>): Promise<string>;
};

/** A network that was made for a node, and what ends both whatever becomes of this process. */
export type NodePlace = { network: NodeNetwork; remove(): Promise<void> };

const keeper = fileURLToPath(new URL("./keeper.ts", import.meta.url));

/** Makes the network, which the API server needs before the node can start. */
export async function openNodePlace(directory: string): Promise<NodePlace> {
  const paths = nodePaths(directory);
  mkdirSync(paths.folder, { recursive: true });
  const network = await openNetwork();
  recordBefore(paths, network.name);
  const child = spawn(process.execPath, [keeper, directory], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((resolve) => {
    child.on("exit", resolve);
    child.on("error", resolve);
  });
  child.stdin.on("error", () => {});
  child.unref();
  return {
    network,
    async remove() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

export type NodeDeps = {
  directory: string;
  programs: string;
  kubeconfig: string;
  network: NodeNetwork;
  start(name: ProgramName | "containerd", file: string, args: readonly string[]): void;
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** Whether the API server says that the node is ready. */
  ready(name: string): Promise<boolean>;
};

/** Starts containerd, kubelet and kube-proxy in the network; resolves when the node is ready. */
export async function startNode(deps: NodeDeps): Promise<RealNode> {
  const { directory, programs, network, start, until } = deps;
  const paths = nodePaths(directory);
  writeFiles(paths, deps);
  makeCgroups(network.name);
  const [enter, namespace] = inNetwork(network);
  const startInside = (name: ProgramName | "containerd", file: string, args: readonly string[]) =>
    start(name, enter, [namespace, file, ...args]);
  startInside("containerd", "containerd", flags({ config: paths.containerd, "log-level": "warn" }));
  await until("containerd", async () => (await ctr(paths, "version")) !== "");
  const web = readFileSync(join(programs, "web"));
  const addImage = (image: Image) => importImage(paths, image);
  await addImage({ name: "localhost/pause:1", entrypoint: ["/web", "pause"], files: { web } });
  startInside("kubelet", join(programs, "kubelet"), [
    ...flags({ config: paths.kubelet, kubeconfig: deps.kubeconfig, "root-dir": paths.at("kubelet") }),
    ...flags({ "cert-dir": paths.at("pki"), "hostname-override": nodeName, "node-ip": network.node }),
  ]);
  startInside("kube-proxy", join(programs, "kube-proxy"), flags({ config: paths.proxy }));
  await until("the real node", () => deps.ready(nodeName));
  return {
    name: nodeName,
    mark: network.name,
    address: network.node,
    addImage,
    async addWeb(version, env = {}) {
      const name = `localhost/web:${version}`;
      await addImage({ name, entrypoint: ["/web"], env: { VERSION: version, ...env }, files: { web } });
      return name;
    },
  };
}

function writeFiles(paths: NodePaths, { kubeconfig, network }: Pick<NodeDeps, "kubeconfig" | "network">): void {
  for (const folder of [paths.networks, paths.at("logs"), paths.at("plugins"), paths.at("kubelet")]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(paths.containerd, containerdConfig(paths));
  writeFileSync(join(paths.networks, "10-pods.conflist"), JSON.stringify(podNetwork(paths, network)));
  writeFileSync(paths.kubelet, JSON.stringify(kubeletConfig(paths, network)));
  writeFileSync(paths.proxy, JSON.stringify(proxyConfig(kubeconfig, network)));
}

function ctr(paths: NodePaths, ...args: readonly string[]): Promise<string> {
  return command("ctr", "--address", paths.socket, "--namespace", "k8s.io", ...args);
}

async function importImage(paths: NodePaths, image: Image): Promise<void> {
  const file = paths.at(`image-${image.name.replaceAll(/[^a-z0-9.]/gi, "-")}.tar`);
  writeFileSync(file, imageArchive(image));
  await ctr(paths, "images", "import", file);
}
