import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "@gennaker/contract/json.ts";
import { accountsIn, mapAccounts } from "./accounts.ts";

const pipeline = {
  stages: [
    {
      account: "k8s",
      manifestArtifactAccount: "gcs",
      inputArtifact: { account: "git", artifact: { artifactAccount: "hub" } },
      manifests: [{ account: "not ours" }],
      clusters: [{ account: "aws", credentials: "${parameters.account}" }],
      preconditions: [{ context: { credentials: "k8s" } }],
      canaryConfig: { metricsAccountName: "prom", storageAccountName: "minio" },
      payload: { account: "theirs" },
      serviceAccount: "robot",
    },
  ],
  triggers: [{ type: "docker", account: "registry" }],
  trafficGuards: [{ account: "*" }],
};

test("accounts are found by their fields, with their use, and never in other programs' documents", () => {
  expect(accountsIn(pipeline).map(({ name, use }) => `${use} ${name}`)).toEqual([
    "deploy k8s",
    "artifact gcs",
    "artifact git",
    "artifact hub",
    "deploy aws",
    "deploy k8s",
    "metrics prom",
    "storage minio",
    "artifact registry",
  ]);
  expect(accountsIn(pipeline)[0]?.pointer).toBe("/stages/0/account");
});

test("mapping changes these places only, and not the document that was given", () => {
  const before = structuredClone(pipeline);
  const mapped = mapAccounts(pipeline as unknown as Json, { k8s: "local", "not ours": "x", theirs: "x" });
  expect(pipeline).toEqual(before);
  expect(accountsIn(mapped).filter(({ name }) => name === "local")).toHaveLength(2);
  expect(JSON.stringify(mapped)).toBe(JSON.stringify(pipeline).replaceAll('"k8s"', '"local"'));
});

test("without a name that is mapped it is the same object", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const document = { a: value } as Json;
      expect(mapAccounts(document, { "no such account": "x" })).toBe(document);
    }),
  );
});
