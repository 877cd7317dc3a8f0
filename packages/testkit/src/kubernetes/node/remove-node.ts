import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesIn, removeCgroups } from "./cgroups.ts";
import { nodePaths, type NodePaths } from "./configuration.ts";
import { closeNetwork } from "./network.ts";
import { attempt } from "./system.ts";

/** What was there before the node, and by which name its parts are found. */
export type NodeRecord = { name: string; settings: Record<string, string>; folders: readonly string[] };

const patienceMs = 30_000;
/** libcni and kubelet write there wherever their own folders are. */
const networkResults = "/var/lib/cni/results";
const logLinks = "/var/log/containers";

/** What a kubelet changes of the machine's kernel. */
const kernelSettings = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
].map((name) => `/proc/sys/${name}`);

/** Folders that the node's programs make outside of its own. */
const sharedFolders = [
  "/var/lib/kubelet/device-plugins",
  "/var/lib/kubelet",
  logLinks,
  networkResults,
  "/var/lib/cni/cache",
  "/var/lib/cni",
  "/run/containerd/s",
  "/run/containerd/io.containerd.runtime.v1.linux",
  "/run/containerd/io.containerd.runtime.v2.task",
  "/run/containerd",
];

/** Writes down what is needed to leave the machine as it is now. */
export function recordBefore(paths: NodePaths, name: string): void {
  const settings = Object.fromEntries(
    kernelSettings.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file, "utf8").trim()]),
  );
  const record: NodeRecord = { name, settings, folders: sharedFolders.filter((folder) => !existsSync(folder)) };
  writeFileSync(paths.record, JSON.stringify(record));
}

/**
 * Ends the node of a cluster's directory, however its programs ended: processes, containers, mounts, namespaces,
 * interfaces, routes, cgroups, and what was changed of the machine. Nothing where there is none.
 */
export async function removeNode(directory: string): Promise<void> {
  const paths = nodePaths(directory);
  const record = readRecord(paths);
  if (record === null) return;
  await endProcesses(paths, record.name);
  removeShimSockets(paths);
  for (const target of mountsBelow(paths.folder)) await attempt("umount", "-l", target);
  for (const namespace of takeNetworkResults(record.name)) await attempt("ip", "netns", "del", namespace);
  await closeNetwork(record);
  removeLinksTo(logLinks, paths.folder);
  for (let waited = 0; !removeCgroups(record.name) && waited < patienceMs; waited += 50) await sleep(50);
  for (const [file, value] of Object.entries(record.settings)) restore(file, value);
  for (const folder of record.folders) removeUnused(folder);
  rmSync(paths.folder, { recursive: true, force: true, maxRetries: 5 });
}

function readRecord(paths: NodePaths): NodeRecord | null {
  try {
    return JSON.parse(readFileSync(paths.record, "utf8")) as NodeRecord;
  } catch {
    return null;
  }
}

/** containerd's shims and the containers outlive it, so all are looked for until there are none. */
async function endProcesses(paths: NodePaths, name: string): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += 50) {
    const found = [...processesNaming(`${paths.folder}/`), ...processesIn(name)];
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
    await sleep(50);
  }
}

function processesNaming(text: string): number[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  return pids.map(Number).filter((pid) => readText(`/proc/${pid}/cmdline`).includes(text));
}

function removeShimSockets(paths: NodePaths): void {
  const tasks = paths.at("containerd", "state", "io.containerd.runtime.v2.task", "k8s.io");
  for (const task of list(tasks)) {
    const address = readText(join(tasks, task, "address")).replace("unix://", "");
    if (address !== "") rmSync(address, { force: true });
  }
}

function mountsBelow(folder: string): string[] {
  return readText("/proc/self/mounts")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((target) => target.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

/** The namespaces of the Pods' networks, from what the network's plugin wrote down; forgets it. */
function takeNetworkResults(name: string): string[] {
  const files = list(networkResults);
  return files
    .filter((file) => file.startsWith(`${name}-`))
    .flatMap((file) => {
      const found = readText(join(networkResults, file)).match(/netns\/cni-[0-9a-f-]+/g) ?? [];
      // `NAME-SANDBOX-eth0`; each sandbox has one for its loopback too.
      const sandbox = file.slice(name.length + 1).split("-")[0] ?? file;
      for (const each of files.filter((other) => other.includes(sandbox)))
        rmSync(join(networkResults, each), { force: true });
      return [...new Set(found)].map((each) => basename(each));
    });
}

function removeLinksTo(folder: string, target: string): void {
  for (const file of list(folder)) {
    const path = join(folder, file);
    if (lstatSync(path).isSymbolicLink() && readlinkSync(path).startsWith(target)) rmSync(path);
  }
}

function restore(file: string, value: string): void {
  if (readText(file).trim() !== value) writeFileSync(file, value);
}

/** A folder that was not there before goes, unless something else is in it by now. */
function removeUnused(folder: string): void {
  if (folder.endsWith("/device-plugins")) rmSync(folder, { recursive: true, force: true });
  if (existsSync(folder) && list(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
