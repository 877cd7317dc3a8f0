import { describe, expect, test } from "vitest";
import { condition, object } from "../testing/builders.ts";
import { parseStep } from "./checks/language.ts";
import { cloudChecks } from "./checks/table-cloud.ts";
import { dataChecks } from "./checks/table-data.ts";
import { deliveryChecks } from "./checks/table-delivery.ts";
import { platformChecks } from "./checks/table-platform.ts";
import { customHealth, customKinds } from "./custom.ts";

const status = (manifest: unknown): string => customHealth(manifest)?.status ?? "null";

test("every step of every check can be read, and no kind has two checks", () => {
  const tables = [cloudChecks, dataChecks, deliveryChecks, platformChecks];
  for (const steps of tables.flatMap((table) => Object.values(table))) {
    for (const step of steps) expect(() => parseStep(step), step).not.toThrow();
  }
  const names = tables.flatMap((table) => Object.keys(table));
  expect(new Set(names).size).toBe(names.length);
  expect(customKinds.length).toBeGreaterThanOrEqual(241);
});

test("every check answers every kind of emptiness", () => {
  for (const name of customKinds) {
    const [group = "", kind = ""] = name.replace("*.", "sub.").split("/");
    for (const fields of [
      {},
      { status: {} },
      { status: { conditions: [] } },
      { status: { conditions: [null, 7, {}] } },
    ]) {
      const manifest = object(`${group}/v1`, kind === "*" ? "Thing" : kind, fields);
      expect(() => customHealth(manifest), name).not.toThrow();
    }
  }
});

describe("which check", () => {
  test.each([
    ["s3.aws.crossplane.io/v1", "Bucket", "Progressing"],
    ["other.crossplane.io/v1", "Thing", "Healthy"],
    ["ec2.aws.upbound.io/v1", "VPC", "Healthy"],
    ["sql.cnrm.cloud.google.com/v1", "SQLInstance", "Progressing"],
    ["s3.services.k8s.aws/v1", "Bucket", "Progressing"],
    ["operator.victoriametrics.com/v1", "VMAgent", "Progressing"],
    ["crossplane.io/v1", "Thing", "null"],
    ["kafka.strimzi.io/v1", "KafkaRebalance", "null"],
  ])("%s %s without a status", (apiVersion, kind, expected) => expect(status(object(apiVersion, kind))).toBe(expected));

  test("some built-in kinds are judged only as a cluster returns them", () => {
    const established = { status: { conditions: [condition("Established", "True")] } };
    const crd = (spec: object) =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", { spec, ...established });
    expect(status(crd({ names: { kind: "X" } }))).toBe("Healthy");
    expect(status(crd({}))).toBe("null");
    const times = { lastScheduleTime: "2026-01-02T00:00:00Z", lastSuccessfulTime: "2026-01-01T00:00:00Z" };
    const cron = (spec: object) => object("batch/v1", "CronJob", { spec, status: times });
    expect(status(cron({ schedule: "* * * * *" }))).toBe("Degraded");
    expect(status(cron({}))).toBe("null");
    expect(status(object("policy/v1", "PodDisruptionBudget"))).toBe("Progressing");
    expect(status(object("policy/v1beta1", "PodDisruptionBudget"))).toBe("null");
  });
});

describe("Argo Rollouts without a stated phase", () => {
  const rollout = (strategy: object, fields: object, metadata: object = {}) =>
    object("argoproj.io/v1alpha1", "Rollout", {
      metadata: { name: "r", generation: 2, ...metadata },
      spec: { replicas: 2, strategy },
      status: {
        observedGeneration: "2",
        currentPodHash: "b",
        replicas: 2,
        updatedReplicas: 2,
        availableReplicas: 2,
        ...fields,
      },
    });
  test.each([
    [{ canary: {} }, { stableRS: "b" }, "Healthy"],
    [{ canary: {} }, { stableRS: "a" }, "Progressing"],
    [{ canary: {} }, { stableRS: "b", replicas: 3 }, "Progressing"],
    [{ canary: {} }, { stableRS: "b", availableReplicas: 1 }, "Progressing"],
    [{ canary: {} }, { stableRS: "b", pauseConditions: [{ reason: "CanaryPauseStep" }] }, "Suspended"],
    [{ canary: {} }, { phase: "Paused" }, "Suspended"],
    [{ canary: {} }, { phase: "Degraded" }, "Degraded"],
    [{ canary: {} }, { observedGeneration: "1", phase: "Healthy" }, "Progressing"],
    [{ canary: {} }, { conditions: [condition("InvalidSpec", "True")] }, "Degraded"],
    [{ blueGreen: {} }, { blueGreen: { activeSelector: "a" } }, "Progressing"],
    [{ blueGreen: {} }, { blueGreen: { activeSelector: "b" }, stableRS: "a" }, "Progressing"],
    [{ blueGreen: {} }, { blueGreen: { activeSelector: "b" } }, "Healthy"],
    [{ canary: {} }, { currentPodHash: null }, "Progressing"],
  ])("%j %j", (strategy, fields, expected) => expect(status(rollout(strategy, fields))).toBe(expected));
});

describe("checks that count", () => {
  const elastic = (status: object) =>
    object("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", {
      spec: { nodeSets: [{ count: 1 }, { count: 2 }] },
      status,
    });
  const collector = (mode: string, statusReplicas?: string) =>
    object("opentelemetry.io/v1beta1", "OpenTelemetryCollector", {
      spec: { mode },
      status: { scale: { statusReplicas } },
    });
  const environment = (proposed: string, active: string) => ({
    proposed: { dry: { sha: proposed } },
    active: { dry: { sha: active } },
  });
  const promotion = (...environments: object[]) =>
    object("promoter.argoproj.io/v1alpha1", "PromotionStrategy", {
      status: { environments, conditions: [condition("Ready", "True")] },
    });
  const spark = (spec: object) =>
    object("sparkoperator.k8s.io/v1beta2", "SparkApplication", {
      spec,
      status: { applicationState: { state: "RUNNING" }, executorState: { a: "RUNNING", b: "RUNNING", c: "PENDING" } },
    });
  test.each([
    [elastic({ availableNodes: 2, health: "green", phase: "Ready" }), "Progressing"],
    [elastic({ availableNodes: 3, health: "green", phase: "Ready" }), "Healthy"],
    [elastic({ availableNodes: 3, health: "red", phase: "Ready" }), "Degraded"],
    [elastic({ availableNodes: 3, health: "red", phase: "Invalid" }), "Degraded"],
    [elastic({}), "Unknown"],
    [collector("deployment", "1/2"), "Progressing"],
    [collector("deployment", "0/2"), "Degraded"],
    [collector("daemonset", "0/0"), "Healthy"],
    [collector("sidecar"), "Healthy"],
    [promotion(environment("b", "b"), environment("b", "b")), "Healthy"],
    [promotion(environment("b", "a"), environment("b", "b")), "Progressing"],
    [promotion(environment("b", "b"), environment("c", "c")), "Progressing"],
    [promotion(), "Degraded"],
    [spark({ executor: { instances: 2 } }), "Healthy"],
    [spark({ executor: { instances: 3 } }), "Progressing"],
    [spark({ executor: {}, dynamicAllocation: { enabled: true, minExecutors: 3 } }), "Progressing"],
    [
      spark({ sparkConf: { "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.maxExecutors": "2" } }),
      "Healthy",
    ],
    [spark({ executor: {} }), "Healthy"],
  ])("%j", (manifest, expected) => expect(status(manifest)).toBe(expected));
});
