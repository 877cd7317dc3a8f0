import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { describe, expect, test } from "vitest";
import { createJudge, plainJudge, prepareHealth } from "./judge.ts";
import { healthSettings } from "./settings.ts";

const widget = (ready: number, application = "shop"): KubeObject => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "w", annotations: { "moniker.spinnaker.io/application": application } },
  status: { ready },
});
const rules = (status: string, message: string) =>
  healthSettings.parse({
    rules: [{ group: "example.com", kind: "Widget", rules: [{ when: "status.ready > 0", status, message }] }],
  });

describe("whose rules tell the health", async () => {
  const account = await prepareHealth({ ...rules("stable", "by the account"), mode: "argocd" });
  const installation = await prepareHealth(rules("failed", "by the installation"));
  const application = await prepareHealth(rules("paused", "by the application"));
  const judge = createJudge([account, installation], (name) => (name === "own" ? application : null));

  test("an application's go first, then the account's, and the answer names the rule", () => {
    expect(judge(widget(1, "own"))).toMatchObject({ state: "paused", message: "by the application" });
    expect(judge(widget(1))).toMatchObject({
      state: "stable",
      message: "by the account",
      decidedBy: { source: "user", rule: "example.com/Widget 1" },
    });
    expect(createJudge([installation], () => null)(widget(1)).message).toBe("by the installation");
  });

  test("where none holds, the narrowest mode that is named answers", () => {
    expect(judge(widget(0))).toMatchObject({ state: "stable", decidedBy: { source: "argocd" } });
    expect(createJudge([installation], () => null)(widget(0)).decidedBy.source).toBe("conventions");
    expect(plainJudge(widget(0)).decidedBy).toEqual({ source: "conventions", rule: "example.com/Widget" });
  });

  test("modes of other tools are told in our own words", async () => {
    const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status: { phase: "Failed" } };
    const states = (["gennaker", "argocd", "kstatus", "spinnaker"] as const).map(
      async (mode) => createJudge([await prepareHealth({ mode, rules: [] })], () => null)(pod).state,
    );
    expect(await Promise.all(states)).toEqual(["failed", "failed", "stable", "progressing"]);
  });
});

test("a rule that cannot be used is refused by its place", async () => {
  const bad = healthSettings.parse({ rules: [{ kind: "Pod", rules: [{ when: "status. >", status: "failed" }] }] });
  await expect(prepareHealth(bad)).rejects.toThrow("Rule 1 of Pod");
  expect(
    healthSettings.safeParse({ rules: [{ kind: "Pod", rules: [{ when: "true", status: "fine" }] }] }).success,
  ).toBe(false);
});
