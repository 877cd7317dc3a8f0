import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differencesTable } from "./differences.ts";
import { health } from "./health.ts";
import { kstatus } from "./kstatus/kstatus.ts";
import type { BuiltinCase } from "./testing/fixtures.ts";
import { builtinCases, customCases, fixtureDifferences } from "./testing/fixtures.ts";

const builtin = builtinCases();
const custom = customCases();

/**
 * Two lines of the fixtures share their id with a line whose Service has `clusterIP: "None"` and carry that line's answer.
 * kstatus itself says that a load balancer without a cluster IP is in progress.
 */
const wrongFixture = ({ manifest }: BuiltinCase): boolean => {
  const spec = manifest["spec"] as { type?: string; clusterIP?: string } | undefined;
  return manifest["kind"] === "Service" && spec?.type === "LoadBalancer" && spec.clusterIP === undefined;
};

test("built-in kinds: Argo CD's status and message, every case", () => {
  const differing = builtin.filter(({ manifest, expected }) => {
    const { status, message } = health(manifest, { mode: "argocd" });
    return status !== (expected.argocd?.status ?? null) || message !== (expected.argocd?.message ?? "");
  });
  expect(differing.map(({ id }) => id)).toEqual([]);
  expect(builtin.length).toBeGreaterThan(500);
});

test("built-in kinds: kstatus's status, message and conditions, every case", () => {
  const differing = builtin.filter(({ manifest, expected }) => {
    const answer = kstatus(manifest);
    if (expected.kstatus === undefined) return answer.status !== null || answer.message !== expected.kstatusError;
    const { status, message, conditions } = expected.kstatus;
    const sorted = (list: readonly object[]): string =>
      JSON.stringify(list.map((one) => Object.entries(one).map(String).toSorted()));
    return answer.status !== status || answer.message !== message || sorted(answer.conditions) !== sorted(conditions);
  });
  expect(differing.filter((one) => !wrongFixture(one)).map(({ id }) => id)).toEqual([]);
  expect(differing.filter(wrongFixture)).toHaveLength(2);
  expect(builtin.filter(({ expected }) => expected.kstatusError !== undefined)).toHaveLength(15);
});

test("custom resources: Argo CD's status, all but objects that are being deleted", () => {
  const differing = custom.filter(
    ({ manifest, expected }) => health(manifest, { mode: "argocd" }).status !== expected.status,
  );
  // The expected answers are the scripts' alone; Argo CD itself answers "Pending deletion" before it asks a script.
  expect(differing.map(({ id }) => id)).toEqual([
    "astra.netapp.io/ResticVolumeBackup#3",
    "kafka.strimzi.io/KafkaBridge#1",
    "kafka.strimzi.io/KafkaBridge#2",
    "kafka.strimzi.io/KafkaConnector#1",
    "kafka.strimzi.io/KafkaConnector#2",
  ]);
  for (const { manifest } of differing) {
    expect(health(manifest, { mode: "argocd" })).toEqual({ status: "Progressing", message: "Pending deletion" });
  }
  expect(differing.length / custom.length).toBeLessThan(0.1);
});

test("every answer has words in our own mode", () => {
  const silent = [...builtin, ...custom].filter(({ manifest }) => health(manifest, { now: 0 }).message === "");
  expect(silent.map(({ id }) => id)).toEqual([]);
});

test("every difference of our own mode is listed, and nothing else", () => {
  const found = fixtureDifferences();
  const listed = readFileSync(new URL("../DIFFERENCES.md", import.meta.url), "utf8");
  expect(listed).toContain(differencesTable(found));
  expect(new Set(found.map(({ tool }) => tool))).toEqual(new Set(["argocd", "kstatus", "spinnaker"]));
  expect(found.every(({ why }) => why !== "")).toBe(true);
});
