import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const mount = "/sys/fs/cgroup";

/** Whether all controllers are in one tree (version 2); otherwise each has a tree of its own. */
const unified = (): boolean => existsSync(join(mount, "cgroup.controllers"));

function trees(): string[] {
  if (unified()) return [mount];
  // Combined controllers (`cpu,cpuacct`) are links to one tree.
  return readdirSync(mount, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(mount, entry.name));
}

/** Makes an empty group of this name in every tree; the node's Pods will be within. */
export function makeCgroups(name: string): void {
  if (unified()) writeFileSync(join(mount, "cgroup.subtree_control"), "+cpu +memory +pids");
  for (const tree of trees()) {
    const group = join(tree, name);
    mkdirSync(group, { recursive: true });
    // Without processors and memory nodes a group takes no processes.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      if (!unified() && existsSync(join(tree, file)))
        writeFileSync(join(group, file), readFileSync(join(tree, file), "utf8"));
    }
  }
}

/** All processes of the group and what is below it. */
export function processesIn(name: string): number[] {
  const found = new Set<number>();
  for (const group of groupsOf(name)) {
    for (const line of read(join(group, "cgroup.procs")).split("\n")) if (line !== "") found.add(Number(line));
  }
  return [...found];
}

/** Removes the group's folders from the inside out; false while processes are left in one. */
export function removeCgroups(name: string): boolean {
  let clean = true;
  for (const group of groupsOf(name)) {
    try {
      rmdirSync(group);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") clean = false;
    }
  }
  return clean;
}

/** Inner groups first. */
function groupsOf(name: string): string[] {
  const below = (folder: string): string[] => {
    if (!existsSync(folder)) return [];
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...folders.flatMap((entry) => below(join(folder, entry.name))), folder];
  };
  return trees().flatMap((tree) => below(join(tree, name)));
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
