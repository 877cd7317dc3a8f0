import type { KubeObject, ObjectMeta } from "@gennaker/kube-client/objects.ts";
import { describe, expect, it } from "vitest";
import { fullName, monikerOf, spinnakerKind } from "./moniker.ts";

const replicaSet = (metadata: ObjectMeta): KubeObject => ({ apiVersion: "apps/v1", kind: "ReplicaSet", metadata });

describe("whom an object belongs to", () => {
  it("is what Spinnaker wrote on it", () => {
    const annotations = {
      "moniker.spinnaker.io/application": "Shop",
      "moniker.spinnaker.io/cluster": "replicaSet web",
      "moniker.spinnaker.io/stack": "prod",
      "moniker.spinnaker.io/detail": "eu",
    };
    const labels = { app: "other", "moniker.spinnaker.io/sequence": "7" };
    expect(monikerOf(replicaSet({ name: "web-v007", annotations, labels }))).toEqual({
      application: "shop",
      cluster: "replicaSet web",
      stack: "prod",
      detail: "eu",
      sequence: 7,
      managed: true,
    });
  });

  it("is concluded from labels, the more exact ones first", () => {
    const labels = { app: "c", "app.kubernetes.io/name": "b", "app.kubernetes.io/part-of": "a" };
    expect(monikerOf(replicaSet({ name: "x", labels }))).toMatchObject({ application: "a", managed: false });
    expect(monikerOf(replicaSet({ name: "x", labels: { app: "c" } }))).toMatchObject({ application: "c" });
  });

  it("is read from the name where nothing else is known", () => {
    expect(monikerOf(replicaSet({ name: "shop-prod-eu-west-v012" }))).toEqual({
      application: "shop",
      cluster: "replicaSet shop-prod-eu-west",
      stack: "prod",
      detail: "eu-west",
      sequence: 12,
      managed: false,
    });
  });

  it("numbers a Deployment's ReplicaSets by its revision", () => {
    const annotations = { "deployment.kubernetes.io/revision": "3" };
    expect(monikerOf(replicaSet({ name: "web-6d4cf56db6", annotations })).sequence).toBe(3);
    expect(monikerOf(replicaSet({ name: "web" })).sequence).toBeNull();
  });
});

describe("Spinnaker's names of kinds", () => {
  it.each([
    ["v1", "ConfigMap", "configMap"],
    ["apps/v1", "ReplicaSet", "replicaSet"],
    ["networking.k8s.io/v1", "NetworkPolicy", "networkPolicy"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole", "clusterRole"],
    ["stable.example.com/v1", "CronTab", "CronTab.stable.example.com"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute", "HTTPRoute.gateway.networking.k8s.io"],
  ])("%s %s is %s", (apiVersion, kind, expected) => {
    expect(spinnakerKind({ apiVersion, kind })).toBe(expected);
    expect(fullName({ apiVersion, kind, metadata: { name: "one" } })).toBe(`${expected} one`);
  });
});
