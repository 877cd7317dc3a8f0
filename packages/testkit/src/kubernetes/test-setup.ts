import { setTimeout as sleep } from "node:timers/promises";
import { runningBuilder } from "./build-programs.ts";
import { startKubernetes } from "./cluster.ts";
import { cachedPrograms, findPrograms } from "./programs.ts";

/** As long as a build takes on a very busy machine, and more. */
const patienceMs = 45 * 60_000;

/**
 * Run once before the tests of the project `kubernetes`: a cluster for all of them, by `GENNAKER_TEST_KUBECONFIG`. One
 * that is given is used as it is; without programs the tests are skipped, and say why.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["GENNAKER_TEST_KUBECONFIG"]) return undefined;
  const programs = await waitForPrograms();
  if (programs === null) {
    process.env["GENNAKER_KUBERNETES_SKIPPED"] =
      "no programs of Kubernetes: run packages/testkit/src/kubernetes/build.ts, or set GENNAKER_TEST_KUBECONFIG";
    return undefined;
  }
  const cluster = await startKubernetes({ programs });
  process.env["GENNAKER_TEST_KUBECONFIG"] = cluster.kubeconfig;
  return () => cluster.stop();
}

async function waitForPrograms(): Promise<string | null> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = findPrograms();
    if (found !== null) return found;
    if (runningBuilder(cachedPrograms()) === null || Date.now() > deadline) return findPrograms();
    await sleep(500);
  }
}
