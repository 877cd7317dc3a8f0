import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrograms, nodePrograms } from "../programs.ts";
import { makeCgroups, removeCgroups } from "./cgroups.ts";
import { cniPrograms } from "./configuration.ts";
import { attempt, command, systemPath } from "./system.ts";

const tools = ["containerd", "containerd-shim-runc-v2", "ctr", "runc", "ip", "iptables", "conntrack", "nsenter"];

/** Why no real node can run here, in words; null where one can. Leaves nothing behind. */
export async function whyNoNode(programs: string | null = findPrograms()): Promise<string | null> {
  if (process.platform !== "linux") return "a real node needs Linux";
  if (process.getuid?.() !== 0) return "a real node needs root";
  if (programs === null) return "there are no programs of Kubernetes";
  const unbuilt = nodePrograms.filter((name) => !existsSync(join(programs, name)));
  if (unbuilt.length > 0) return `${programs} has no ${unbuilt.join(", ")}`;
  const missing = [
    ...tools.filter((tool) => !systemPath.split(":").some((folder) => existsSync(join(folder, tool)))),
    ...["bridge", "host-local", "loopback"].filter((plugin) => !existsSync(join(cniPrograms, plugin))),
  ];
  if (missing.length > 0) {
    return `a real node needs ${missing.join(", ")} (Debian: containerd runc containernetworking-plugins iptables conntrack)`;
  }
  return (
    (await mayNot("cgroups", probeCgroups)) ?? (await mayNot("network", probeNetwork)) ?? mayNot("mounts", probeMount)
  );
}

async function mayNot(what: string, probe: () => Promise<void>): Promise<string | null> {
  try {
    await probe();
    return null;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `no rights for a real node (${what}): ${words.split("\n")[0]}`;
  }
}

async function probeCgroups(): Promise<void> {
  const name = `gprobe-${process.pid}`;
  try {
    makeCgroups(name);
  } finally {
    removeCgroups(name);
  }
}

async function probeNetwork(): Promise<void> {
  const name = `gprobe${process.pid}`;
  try {
    await command("ip", "netns", "add", name);
    const inside = ["nsenter", `--net=/run/netns/${name}`] as const;
    await command(...inside, "ip", "link", "add", "pods", "type", "bridge");
    await command(...inside, "iptables", "-w", "-t", "nat", "-N", "PROBE");
  } finally {
    await attempt("ip", "netns", "del", name);
  }
}

async function probeMount(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-probe-"));
  const [lower, upper, work, target] = ["lower", "upper", "work", "target"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  try {
    for (const each of [lower, upper, work, target]) mkdirSync(each);
    const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    await command("mount", "-t", "overlay", "overlay", "-o", layers, target);
    await command("umount", target);
    rmdirSync(target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
