import { describe, expect, test } from "vitest";
import { createCelHealthRules } from "./cel-rules.ts";
import { healthModes, judged } from "./health.ts";
import { object } from "./testing/builders.ts";

const widget = object("example.com/v1", "Widget", { status: { ready: 1 } });
const celRules = createCelHealthRules([
  {
    group: "example.com",
    kind: "Widget",
    rules: [
      { when: "status.ready > 5", status: "stable", message: "many" },
      { when: "status.ready > 0", status: "paused", message: "some" },
    ],
  },
]);

describe("which rule decided", () => {
  test.each([
    [widget, { source: "conventions", rule: "example.com/Widget" }],
    [object("v1", "Pod", { status: { phase: "Running" } }), { source: "kind", rule: "Pod" }],
    [object("cert-manager.io/v1", "Certificate"), { source: "check", rule: "cert-manager.io/Certificate" }],
    [
      object("v1", "Pod", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      { source: "deletion", rule: "Pod" },
    ],
    [
      object("apps/v1", "Deployment", { metadata: { generation: 2 }, status: { observedGeneration: 1 } }),
      { source: "generation", rule: "apps/Deployment" },
    ],
    [null, { source: "kind", rule: "" }],
  ])("%#", (manifest, decidedBy) => {
    expect(judged(manifest).decidedBy).toEqual(decidedBy);
  });

  test("a user's rule goes before every mode and is named by its number", () => {
    for (const mode of healthModes) {
      expect(judged(widget, { mode, celRules })).toMatchObject({
        state: "paused",
        message: "some",
        decidedBy: { source: "user", rule: "example.com/Widget 2" },
      });
    }
  });
});

describe("other modes in our own words", () => {
  const crashing = object("v1", "Pod", {
    spec: { restartPolicy: "OnFailure" },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "app", state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } } }],
    },
  });
  test.each([
    ["gennaker", "failed"],
    ["argocd", "progressing"],
    ["kstatus", "failed"],
    ["spinnaker", "stable"],
  ] as const)("%s says %s of a Pod in a crash loop, with the sign", (mode, state) => {
    const said = judged(crashing, { mode });
    expect([said.state, said.decidedBy.source]).toEqual([state, mode === "gennaker" ? "kind" : mode]);
    expect(said.signs[0]).toMatchObject({ code: "container.crashLoop", fatal: state === "failed" });
    expect(said.message).not.toBe("");
  });
  test("where a tool has no verdict, what exists is stable, but unknown for kstatus", () => {
    expect(judged(widget, { mode: "argocd" }).state).toBe("stable");
    const lost = object("v1", "Pod", { status: { phase: "Unknown" } });
    expect(judged(lost, { mode: "kstatus" }).state).toBe("unknown");
  });
});
