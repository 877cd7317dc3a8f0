import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Say } from "../live-view.ts";

/** A cluster to demonstrate on. */
export type DemoCluster = {
  kubeconfig: string;
  context: string | null;
  /** Where its Services' node ports are reached when its containers really run; null where only health is seen. */
  node: string | null;
  /** Whether it goes with the demo; otherwise what was made in it has to be removed. */
  own: boolean;
  stop(): Promise<void>;
};

export type Behaviours = Readonly<Record<string, Readonly<Record<string, string>>>>;

const serve = fileURLToPath(new URL("../../../../packages/testkit/src/kubernetes/serve.ts", import.meta.url));

/** The cluster that was named, or one of our own that lives as long as the demo. */
export async function openCluster(
  options: { context: string | null },
  behaviours: Behaviours,
  env: Readonly<Record<string, string | undefined>>,
  say: Say,
): Promise<DemoCluster> {
  const given = env["KUBECONFIG"];
  if (options.context !== null || (given !== undefined && given !== "")) {
    const kubeconfig = (given ?? "").split(":").find((path) => path !== "") ?? join(homedir(), ".kube", "config");
    return { kubeconfig, context: options.context, node: null, own: false, stop: async () => undefined };
  }
  return startCluster(behaviours, say);
}

/** A Kubernetes of the tests' own programs: with a node that runs containers where this machine allows it. */
async function startCluster(behaviours: Behaviours, say: Say): Promise<DemoCluster> {
  say("Starting a Kubernetes of its own …");
  const args = ["--disable-warning=ExperimentalWarning", serve, "--json", "--web", JSON.stringify(behaviours)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said = (said + part.toString("utf8")).slice(-2_000)));
  const first = await Promise.race([
    once(createInterface({ input: child.stdout }), "line") as Promise<[string]>,
    ended.then(() => null),
  ]);
  if (first === null)
    throw new Error(
      `there is no Kubernetes to demonstrate on: ${said.trim()} Or name a cluster by --context or KUBECONFIG.`,
    );
  const { kubeconfig, node, skipped } = JSON.parse(first[0]) as {
    kubeconfig: string;
    node: string | null;
    skipped: string | null;
  };
  say(
    node === null
      ? `Its Pods only have a status, so that health alone decides: ${skipped ?? "no node"}`
      : "It has a node that runs containers.",
  );
  return {
    kubeconfig,
    context: null,
    node,
    own: true,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
