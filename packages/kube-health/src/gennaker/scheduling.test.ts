import { describe, expect, test } from "vitest";
import { whyUnschedulable } from "./scheduling.ts";

const podWith = (spec: object): object => ({ kind: "Pod", spec });

describe("the scheduler's reasons in words", () => {
  test("a Windows selector no node has", () => {
    const pod = podWith({ nodeSelector: { "kubernetes.io/os": "windows" } });
    expect(whyUnschedulable(pod, "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.")).toBe(
      "none of 3 nodes fits: all do not have what the Pod asks for: kubernetes.io/os=windows (a Windows node)",
    );
  });

  test("a GPU no node has free, beside another reason", () => {
    const pod = podWith({ containers: [{ resources: { limits: { "nvidia.com/gpu": 2 } } }] });
    const message =
      "0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, " +
      "4 Insufficient nvidia.com/gpu. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.";
    expect(whyUnschedulable(pod, message)).toBe(
      "none of 5 nodes fits: 1 have the taint {node-role.kubernetes.io/control-plane: }, which the Pod does not tolerate; " +
        "4 have not enough free GPU (nvidia.com/gpu); the Pod asks for 2",
    );
  });

  test("what newer schedulers add at the end is no reason", () => {
    const pod = podWith({ containers: [{ resources: { requests: { cpu: "900" } } }] });
    const message =
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: " +
      "1 No preemption victims found for incoming pod.";
    expect(whyUnschedulable(pod, message)).toBe(
      "none of 1 nodes fits: all have not enough free cpu; the Pod asks for 900",
    );
  });

  test("a GPU by node label and by required affinity", () => {
    const label = podWith({ nodeSelector: { "nvidia.com/gpu.product": "A100" } });
    const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
    expect(whyUnschedulable(label, message)).toContain("nvidia.com/gpu.product=A100 (a GPU node)");
    const expressions = [{ key: "kubernetes.io/os", operator: "In", values: ["windows"] }];
    const required = { nodeSelectorTerms: [{ matchExpressions: expressions }] };
    const affinity = podWith({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
    });
    expect(whyUnschedulable(affinity, message)).toContain("kubernetes.io/os In windows (a Windows node)");
  });

  test.each([
    ["2 Insufficient cpu", "all have not enough free cpu"],
    ["2 node(s) were unschedulable", "all are cordoned"],
    ["2 node(s) had volume node affinity conflict", "cannot reach the Pod's PersistentVolume"],
    ["2 node(s) didn't match PersistentVolume's node affinity", "cannot reach the Pod's PersistentVolume"],
    ["2 node(s) didn't match pod topology spread constraints", "topology spread"],
    ["2 node(s) didn't match pod anti-affinity rules", "must not share a node"],
    ["2 node(s) didn't have free ports for the requested pod ports", "host port"],
    ["2 Too many pods", "as many Pods as they may"],
    ["2 node(s) were out of luck", "all were out of luck"],
  ])("%s", (reason, words) =>
    expect(whyUnschedulable(podWith({}), `0/2 nodes are available: ${reason}.`)).toContain(words),
  );

  test("requests are quoted; other messages stay as they are", () => {
    const pod = podWith({
      containers: [{ resources: { requests: { cpu: "8" } } }, { resources: { requests: { cpu: "500m" } } }],
    });
    expect(whyUnschedulable(pod, "0/2 nodes are available: 2 Insufficient cpu.")).toContain(
      "the Pod asks for 8 + 500m",
    );
    expect(whyUnschedulable(pod, "no nodes available to schedule pods")).toBe("no nodes available to schedule pods");
    expect(whyUnschedulable(pod, "")).toBe("the scheduler gives no reason");
  });
});
