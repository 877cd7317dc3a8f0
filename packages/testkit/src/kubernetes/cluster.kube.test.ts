import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { apiRequest } from "./api-request.ts";
import { startKubernetes } from "./cluster.ts";
import { findPrograms } from "./programs.ts";

/** A zombie is gone: nobody has looked yet. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(findPrograms() === null)("a Kubernetes for tests (needs its programs)", () => {
  it("leaves nothing behind, neither when stopped nor when its process is killed", async () => {
    const script = fileURLToPath(new URL("./fixtures/owner.ts", import.meta.url));
    const owner = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((resolve, reject) => {
      let text = "";
      owner.stdout.on("data", (part: Buffer) => {
        text += part.toString("utf8");
        if (text.includes("\n")) resolve(text);
      });
      owner.once("exit", (code) => reject(new Error(`the owner ended with ${code}`)));
    });
    const killed = JSON.parse(line) as { directory: string; pids: number[] };
    expect(killed.pids.map(runs)).toEqual([true, true, true, true]);
    owner.removeAllListeners("exit");
    owner.kill("SIGKILL");
    await expect.poll(() => killed.pids.filter(runs), { timeout: 20_000 }).toEqual([]);
    expect(existsSync(killed.directory)).toBe(true);

    const next = await startKubernetes({ fakeNodes: 1 });
    expect(existsSync(killed.directory)).toBe(false);
    const nodes = JSON.parse((await apiRequest(next, "/api/v1/nodes")).body) as { items: unknown[] };
    expect(nodes.items).toHaveLength(1);
    const pids = [next.pid("etcd"), next.pid("kube-apiserver"), next.pid("kwok")];
    expect(pids.map(runs)).toEqual([true, true, true]);
    await next.stop();
    expect(pids.filter(runs)).toEqual([]);
    expect(existsSync(dirname(next.kubeconfig))).toBe(false);
  });
});
