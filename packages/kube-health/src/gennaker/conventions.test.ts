import { describe, expect, test } from "vitest";
import { object } from "../testing/builders.ts";
import { byConvention } from "./conventions.ts";

const widget = (status: object, spec: object = {}, metadata: object = {}) =>
  object("example.com/v1", "Widget", { spec, status, metadata: { name: "web", ...metadata } });
const condition = (type: string, status: unknown, more: object = {}) => ({ type, status, ...more });
const conditions = (...list: object[]) => widget({ conditions: list });
const says = (manifest: unknown) => {
  const { state, message } = byConvention(manifest);
  return `${state}: ${message}`;
};

describe("conditions that no table knows", () => {
  test.each([
    [conditions(condition("ResourcesApplied", "False", { severity: "Error" })), "failed: ResourcesApplied is False"],
    [
      conditions(condition("ControlPlaneReady", "False", { severity: "Info" })),
      "progressing: ControlPlaneReady is False",
    ],
    [conditions(condition("Ready", "True"), condition("ReplicasReady", "False")), "stable: Ready is True"],
    [conditions(condition("SpecError", "True")), "failed: SpecError is True"],
    [conditions(condition("SubmissionFailed", "True", { reason: "Waiting" })), "stable: Widget exists"],
    [
      conditions(condition("Advertised", "False", { reason: "AdvertiseError" })),
      "failed: Advertised is False (AdvertiseError)",
    ],
    [conditions(condition("SourcesUnhealthy", "False", { reason: "NoErrors" })), "stable: Widget exists"],
    [conditions(condition("Complete", "True", { reason: "JobFailed" })), "failed: Complete is True (JobFailed)"],
    [
      conditions(condition("Running", "False", { reason: "Completed" }), condition("Ready", "True")),
      "stable: Ready is True",
    ],
    [conditions(condition("Running", "True", { reason: "Running" })), "progressing: Running is True (Running)"],
    [conditions(condition("Running", "True", { reason: "Successful" })), "stable: Running is True (Successful)"],
    [conditions(condition("Ready", true)), "stable: Ready is True"],
    [conditions(condition("Ready", false)), "progressing: Ready is False"],
    [conditions(condition("In-progress", "True")), "progressing: In-progress is True"],
    [conditions(), "stable: Widget exists"],
    [
      conditions(condition("Synced", "True"), condition("ReplicasReady", "False")),
      "progressing: ReplicasReady is False",
    ],
    [
      widget({ conditions: [condition("Ready", "True", { observedGeneration: 1 })] }, {}, { generation: 2 }),
      "progressing: Ready is about an older generation",
    ],
    [
      widget({
        parents: [
          { conditions: [condition("Accepted", "True")] },
          { conditions: [condition("Accepted", "False", { reason: "Invalid" })] },
        ],
      }),
      "failed: Accepted is False (Invalid)",
    ],
  ])("%#", (manifest, expected) => expect(says(manifest)).toBe(expected));
});

describe("what else a status says", () => {
  test.each([
    [widget({ failureMessage: "no quota" }), "failed: status.failureMessage: no quota"],
    [widget({ error: { message: "no route" } }), "failed: status.error: no route"],
    [widget({ lastError: "old", conditions: [condition("Ready", "True")] }), "stable: Ready is True"],
    [widget({ healthy: false }), "failed: status.healthy is false"],
    [widget({ ready: false }), "progressing: status.ready is false"],
    [widget({ phase: "Ready", health: "red" }), "failed: status.health is red"],
    [widget({ phase: "Ready", health: "yellow" }), "progressing: status.health is yellow"],
    [widget({ ClusterStatus: "UpdateFailed" }), "failed: status.ClusterStatus is UpdateFailed"],
    [widget({ deploymentStatus: "DEPLOYED_NOT_READY" }), "progressing: status.deploymentStatus is DEPLOYED_NOT_READY"],
    [widget({ currentState: "Ready", desiredState: "Deleting" }), "stable: status.currentState is Ready"],
    [widget({ colourStatus: "mauve" }), "stable: Widget exists"],
    [widget({ state: "mauve" }), "progressing: status.state is mauve"],
    [widget({ state: "Exists" }), "stable: status.state is Exists"],
    [widget({ statuses: { gateway: { state: "Rejected" } } }), "failed: status.statuses: state is Rejected"],
    [widget({ jobResult: { status: "failed" } }), "failed: status.jobResult: status is failed"],
    [widget({ lastBackup: { phase: "Failed" } }), "stable: Widget exists"],
    [widget({ readyReplicas: 1 }, { replicas: 3 }), "progressing: status.readyReplicas is 1 of 3"],
    [widget({ readyReplicas: 3 }, { replicas: 3 }), "stable: Widget exists"],
    [
      widget({}, { updateStrategy: { rollingUpdate: { paused: true } } }),
      "paused: spec.updateStrategy.rollingUpdate.paused is true",
    ],
  ])("%#", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("a failure has a sign", () => {
    expect(byConvention(widget({ phase: "Failed" })).signs).toEqual([
      {
        code: "resource.failed",
        message: "status.phase is Failed",
        object: { kind: "Widget", name: "web" },
        fatal: true,
      },
    ]);
    expect(byConvention(widget({ phase: "Ready" })).signs).toEqual([]);
  });
});
