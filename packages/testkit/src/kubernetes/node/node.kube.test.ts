import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { whyNoNode } from "./probe.ts";
import { command } from "./system.ts";

const skipped = await whyNoNode();

type Started = { name: string; folder: string; address: string; answers: string[] };

const machineRules = () => command("iptables-save", "-t", "nat").catch(() => "");

/** What a node leaves traces in. */
async function traces({ name, folder, address }: Started) {
  const trees = readdirSync("/sys/fs/cgroup").map((tree) => `/sys/fs/cgroup/${tree}/${name}`);
  return {
    mounts: readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .filter((line) => line.includes(`/${name} `) || line.includes(`${folder}/`)).length,
    interfaces: (await command("ip", "-o", "link")).split("\n").filter((line) => line.includes(`${name}@`)).length,
    routes: (await command("ip", "route")).split("\n").filter((line) => line.includes(`via ${address} `)).length,
    namespaces: (await command("ip", "netns", "list")).split("\n").filter((line) => line.startsWith(name)).length,
    cgroups: trees.filter((folder) => existsSync(folder)).length,
  };
}

describe.skipIf(skipped !== null)(`a real node (${skipped ?? ""})`, () => {
  it("runs containers behind a Service, and leaves nothing when its process is killed", async () => {
    const owner = spawn(process.execPath, [fileURLToPath(new URL("../fixtures/node-owner.ts", import.meta.url))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve, reject) => {
      let text = "";
      owner.stdout.on("data", (part: Buffer) => {
        text += part.toString("utf8");
        if (text.endsWith("\n")) resolve(text);
      });
      owner.once("exit", (code) => reject(new Error(`the owner ended with ${code}`)));
    });
    const started = JSON.parse(line) as Started;
    expect(started.answers).toEqual(["v1", "v1"]);
    const during = await traces(started);
    expect(during).toMatchObject({ interfaces: 1, namespaces: 1, routes: 2 });
    expect(during.mounts).toBeGreaterThan(0);
    expect(during.cgroups).toBeGreaterThan(0);
    // The rules of its Services are in its own network.
    expect(await machineRules()).not.toContain(started.address);

    owner.removeAllListeners("exit");
    owner.kill("SIGKILL");
    await expect.poll(() => existsSync(started.folder), { timeout: 60_000, interval: 200 }).toBe(false);
    expect(await traces(started)).toEqual({ mounts: 0, interfaces: 0, routes: 0, namespaces: 0, cgroups: 0 });
  });
});
