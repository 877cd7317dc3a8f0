import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createKubeClient } from "@gennaker/kube-client/client.ts";
import { loadKubeconfig } from "@gennaker/kube-client/config/load-kubeconfig.ts";
import { whyNoNode } from "@gennaker/testkit/kubernetes/node/probe.ts";
import { describe, expect, it } from "vitest";
import type { Summary } from "../summary.ts";
import { namespace } from "./platform.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const given = process.env["GENNAKER_TEST_KUBECONFIG"];
const noNode = await whyNoNode();

/** Plays the demo to its end; its summary and everything that it said. */
async function play(env: Record<string, string | undefined>): Promise<{ summary: Summary; said: string }> {
  const flags = ["--disable-warning=ExperimentalWarning", main, "--once", "--json", "--kubernetes"];
  const child = spawn(process.execPath, flags, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let said = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString("utf8")));
  child.stderr.on("data", (part: Buffer) => (said += part.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const line = output.trim().split("\n").at(-1) ?? "";
  if (line === "") throw new Error(`the demo ended with ${code}: ${said}`);
  return { summary: JSON.parse(line) as Summary, said };
}

describe.skipIf(noNode !== null)(`the demo on a Kubernetes of its own (${noNode ?? ""})`, () => {
  it(
    "promotes the good version and takes the bad one back by its score, without a lost request",
    {
      timeout: 400_000,
    },
    async () => {
      const { summary, said } = await play({ KUBECONFIG: undefined });
      expect(summary, said).toMatchObject({ ok: true, judgedBy: "traffic", inProduction: "v2" });
      expect(summary.requestsSent).toBeGreaterThan(1_000);
      expect(summary.versions.map(({ verdict }) => verdict)).toEqual(["pass", "fail"]);
    },
  );
});

const skipped = given === undefined ? (process.env["GENNAKER_KUBERNETES_SKIPPED"] ?? "no cluster") : "";

describe.skipIf(given === undefined)(`the demo on a cluster that is given ${skipped}`, () => {
  it("lets health decide where nothing answers, and removes what it made", { timeout: 400_000 }, async () => {
    const { summary, said } = await play({ KUBECONFIG: given });
    expect(summary, said).toMatchObject({ ok: true, judgedBy: "health", inProduction: "v2" });
    expect(summary.versions[1]?.reason).toContain("example.com/crystal");
    const client = createKubeClient(await (await loadKubeconfig({ paths: [given ?? ""], env: {} })).connect());
    try {
      const place = { apiVersion: "v1", kind: "Namespace", name: namespace };
      await expect.poll(() => client.find(place), { timeout: 60_000, interval: 500 }).toBeNull();
    } finally {
      await client.close();
    }
  });
});
