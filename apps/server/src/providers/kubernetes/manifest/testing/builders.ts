import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotation } from "../annotations.ts";
import { annotateArtifact, artifactFor } from "../artifact.ts";
import { childOf } from "../manifest.ts";
import { noMoniker } from "../moniker.ts";
import type { DeployRequest, World } from "../plan-deploy.ts";

export function configMap(name: string, data: JsonObject = { a: "1" }, annotations: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop", annotations }, data };
}

/** A workload of one container that reads a configMap in every way there is. */
export function workload(
  kind: string,
  name: string,
  more: { image?: string; config?: string; annotations?: JsonObject } = {},
): JsonObject {
  const { image = "example.com/app:1", config = "settings", annotations = {} } = more;
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "shop", annotations },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(image, config) },
    },
  };
}

export function podSpec(image: string, config: string): JsonObject {
  return {
    initContainers: [{ name: "init", image }],
    containers: [
      {
        name: "main",
        image,
        env: [
          { name: "A", valueFrom: { configMapKeyRef: { name: config, key: "a" } } },
          { name: "B", valueFrom: { secretKeyRef: { name: config, key: "b" } } },
          { name: "C", value: config },
        ],
        envFrom: [{ configMapRef: { name: config } }, { secretRef: { name: config } }],
      },
    ],
    volumes: [
      { name: "one", configMap: { name: config } },
      { name: "two", secret: { secretName: config } },
      { name: "three", projected: { sources: [{ configMap: { name: config } }, { secret: { name: config } }] } },
    ],
  };
}

export function service(name: string, selector: JsonObject = { lb: name }): JsonObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" }, spec: { selector, ports: [] } };
}

/** The manifest as the cluster has it after Spinnaker deployed it as a version. */
export function deployed(manifest: JsonObject, version: number | null, more: { createdAt?: string } = {}): JsonObject {
  const copy = structuredClone(manifest);
  const artifact = artifactFor(manifest, "prod", version);
  annotateArtifact(copy, artifact);
  const metadata = childOf(copy, "metadata");
  metadata["name"] = artifact["reference"] ?? null;
  childOf(metadata, "annotations")[annotation.lastApplied] = JSON.stringify(copy);
  metadata["creationTimestamp"] = more.createdAt ?? `2026-01-01T00:00:${String(version ?? 0).padStart(2, "0")}Z`;
  return copy;
}

export function request(manifests: readonly JsonObject[], more: Partial<DeployRequest> = {}): DeployRequest {
  return {
    account: "prod",
    manifests,
    moniker: { ...noMoniker, app: "shop" },
    versioned: null,
    bindArtifacts: true,
    required: [],
    optional: [],
    services: [],
    enableTraffic: true,
    blueGreen: false,
    selectors: [],
    skipTemplateLabels: false,
    ...more,
  };
}

/** A cluster with these objects, all in one namespace. */
export function world(objects: readonly JsonObject[] = []): World {
  const named = (object: JsonObject): unknown => childOf(object, "metadata")["name"];
  return {
    objects: (kind) => objects.filter((object) => String(object["kind"]).toLowerCase() === kind.toLowerCase()),
    object: ({ kind, name }) =>
      objects.find((object) => String(object["kind"]).toLowerCase() === kind.toLowerCase() && named(object) === name) ??
      null,
  };
}
