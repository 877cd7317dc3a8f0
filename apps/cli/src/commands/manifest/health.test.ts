import { expect, test } from "vitest";
import { exitCodes } from "../../exit-codes.ts";
import { runCli } from "../../run-cli.ts";
import { fakeContext } from "../../testing/fake-context.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status: { phase: "Failed" } };

test("manifest health answers each line in its mode's spelling and goes on after a bad one", async () => {
  const inputs = [
    ...["gennaker", "argocd", "kstatus", "spinnaker"].map((mode) => JSON.stringify({ id: mode, mode, manifest: pod })),
    "",
    "{",
    JSON.stringify({ id: "bad", mode: "helm", manifest: pod }),
    JSON.stringify({ id: "none", mode: "argocd", manifest: { apiVersion: "v1", kind: "ConfigMap" } }),
  ];
  const fake = fakeContext({ stdin: `${inputs.join("\n")}\n` });
  expect(await runCli(fake.context, ["manifest", "health"])).toBe(exitCodes.ok);
  const lines = fake
    .out()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([
    { id: "gennaker", status: "failed", message: 'Pod "p" failed' },
    { id: "argocd", status: "Degraded", message: "" },
    { id: "kstatus", status: "Current", message: "Pod has completed, but not successfully" },
    { id: "spinnaker", status: "unstable", message: "Pod has failed" },
    { id: null, error: { code: "invalid-json", message: expect.any(String) as string } },
    {
      id: "bad",
      error: { code: "invalid-input", message: expect.stringContaining("'mode' must be one of") as string },
    },
    { id: "none", status: null, message: "" },
  ]);
});

test("the command says what it reads, and needs no server", async () => {
  const fake = fakeContext({});
  await runCli(fake.context, ["manifest", "health", "--help"]);
  expect(fake.out()).toContain("gennaker (default), spinnaker, argocd, kstatus");
});
