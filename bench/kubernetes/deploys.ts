import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createClient } from "@gennaker/client/client.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { startRealServer } from "../real-server.ts";
import { each } from "./fill.ts";

const application = "bench";

/** ConfigMaps that no version is made of, so that both do the same. */
function maps(prefix: string, count: number, round: number): object[] {
  return Array.from({ length: count }, (_, at) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `${prefix}-${at}`,
      namespace: "default",
      annotations: { "strategy.spinnaker.io/versioned": "false" },
    },
    data: { at: String(at), round: String(round) },
  }));
}

export type StageTimes = {
  /** Milliseconds of a stage with so many manifests, from its start to its end: once new, once changed. */
  new: number;
  changed: number;
  /** Milliseconds from the API server's own word that a Deployment is stable until its stage has ended. */
  latencies: number[];
};

/** Deploys by stages of a real server. */
export async function stageTimes(
  kubeconfig: string,
  count: number,
  rollouts: readonly KubeObject[],
  saidStable: (name: string) => Promise<number>,
): Promise<StageTimes> {
  const accounts = [{ name: "bench", kubeconfigFile: kubeconfig, lease: false, namespaces: ["default"] }];
  const server = await startRealServer("bench-kubernetes", { kubernetes: { accounts } });
  try {
    const client = createClient({ baseUrl: server.url, headers: { "x-spinnaker-user": "bench" } });
    await client.call("saveApplication", { params: { application }, body: { email: "bench@example.com" } as never });
    const deploy = async (manifests: readonly object[]): Promise<{ began: number; ended: number }> => {
      const stage = {
        type: "deployManifest",
        account: "bench",
        source: "text",
        moniker: { app: application },
        manifests,
      };
      const { id } = await client.call("startOperation", {
        body: { application, description: "deploy", job: [stage] } as never,
      });
      for (;;) {
        const execution = await client.call("getExecution", { params: { execution: id } });
        if (!completeStatuses.has(execution.status)) {
          await sleep(50);
          continue;
        }
        const deployed = execution.stages.find(({ type }) => type === "deployManifest");
        if (execution.status !== "SUCCEEDED" || deployed === undefined)
          throw new Error(`the deploy ended ${execution.status}: ${deployed?.failure?.message ?? ""}`);
        return { began: Date.parse(deployed.startTime ?? ""), ended: Date.parse(deployed.endTime ?? "") };
      }
    };
    const took = async (round: number): Promise<number> => {
      const { began, ended } = await deploy(maps("ours", count, round));
      return ended - began;
    };
    const times = { new: await took(1), changed: await took(2) };
    const latencies: number[] = [];
    await each(rollouts, 4, async (rollout) => {
      const [{ ended }, said] = await Promise.all([deploy([rollout]), saidStable(rollout.metadata.name ?? "")]);
      latencies.push(ended - said);
    });
    return { ...times, latencies };
  } finally {
    await server.stop();
  }
}

/** The same with `kubectl apply`. */
export async function kubectlTimes(
  kubectl: string,
  kubeconfig: string,
  count: number,
): Promise<{ new: number; changed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-bench-"));
  const apply = async (round: number): Promise<number> => {
    const file = join(folder, `${round}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: maps("theirs", count, round) }));
    const began = performance.now();
    await promisify(execFile)(kubectl, ["--kubeconfig", kubeconfig, "apply", "-f", file]);
    return performance.now() - began;
  };
  try {
    return { new: await apply(1), changed: await apply(2) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
