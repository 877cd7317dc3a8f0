import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { compact } from "@gennaker/testkit/kubernetes/etcd.ts";
import { findPrograms } from "@gennaker/testkit/kubernetes/programs.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createKubeClient, type KubeClient, type KubeClientOptions } from "../client.ts";
import { loadKubeconfig } from "../config/load-kubeconfig.ts";
import { isKubeError } from "../errors.ts";
import { configMap, configMapKind } from "../testing/fake-cluster.ts";
import { createInformer, type Informer, type InformerOptions } from "./informer.ts";
import type { Change } from "./object-store.ts";

const programs = findPrograms();
const patient = { timeout: 60_000, interval: 50 };
const lampKind = { apiVersion: "light.example.com/v1", kind: "Lamp" };
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "lamps.light.example.com" },
  spec: {
    group: "light.example.com",
    scope: "Namespaced",
    names: { plural: "lamps", singular: "lamp", kind: "Lamp" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

describe.skipIf(programs === null)("watches of an API server that fails (needs the programs of Kubernetes)", () => {
  let cluster: Kubernetes;
  let client: KubeClient;
  const informers: Informer[] = [];
  const clients: KubeClient[] = [];
  beforeAll(async () => {
    cluster = await startKubernetes({ fakeNodes: 0 });
    client = await connect();
  });
  afterEach(async () => {
    await Promise.all(informers.splice(0).map((informer) => informer.stop()));
  });
  afterAll(async () => {
    await Promise.all(clients.map((each) => each.close()));
    await cluster?.stop();
  });

  async function connect(options: KubeClientOptions = {}, kubeconfig = cluster.kubeconfig): Promise<KubeClient> {
    const connection = await (await loadKubeconfig({ paths: [kubeconfig], env: {} })).connect();
    const made = createKubeClient(connection, { discovery: { minRefreshMs: 0 }, ...options });
    clients.push(made);
    return made;
  }
  async function watch(options: Omit<InformerOptions, "backoff">, of = client) {
    const informer = createInformer(of, { backoff: { firstMs: 50, maxMs: 500 }, ...options });
    informers.push(informer);
    const told: string[] = [];
    informer.onChange(({ type, object }: Change) => told.push(`${type} ${object.metadata.name}`));
    await informer.synced(AbortSignal.timeout(30_000));
    return { informer, told, names: () => informer.list().map(({ metadata }) => metadata.name) };
  }
  const maps = (labelSelector: string) => ({ kind: configMapKind, namespace: "default", labelSelector });

  it("an API server that was gone has told nothing twice, and nothing is missing", async () => {
    const mine = { suite: "gone" };
    for (const name of ["gone-a", "gone-b"]) await client.create(configMap(name, {}, mine));
    const { informer, told, names } = await watch(maps("suite=gone"));
    told.length = 0;
    await cluster.killApiServer();
    await expect
      .poll(() => informer.status(), patient)
      .toMatchObject({ phase: "retrying", error: { reason: "Unreachable" } });
    expect(names()).toEqual(["gone-a", "gone-b"]);
    await cluster.startApiServer();
    await client.delete({ ...configMapKind, name: "gone-a", namespace: "default" });
    await client.create(configMap("gone-c", {}, mine));
    await expect.poll(() => [...told].sort(), patient).toEqual(["added gone-c", "deleted gone-a"]);
    expect(informer.status()).toMatchObject({ phase: "synced", error: null });
  });

  it("a history that was forgotten (410) means listing again, of which only the differences are told", async () => {
    const mine = { suite: "forgotten" };
    for (const name of ["old-a", "old-b"]) await client.create(configMap(name, {}, mine));
    const { informer, told } = await watch(maps("suite=forgotten"));
    told.length = 0;
    cluster.freeze("kube-controller-manager");
    await cluster.killApiServer();
    // The store moves on while nobody watches, and forgets how.
    for (let round = 0; round < 3; round += 1) await compact(cluster.etcd, { advance: 50 });
    await cluster.startApiServer();
    cluster.resume("kube-controller-manager");
    await client.create(configMap("old-c", {}, mine));
    await client.delete({ ...configMapKind, name: "old-a", namespace: "default" });
    await expect.poll(() => [...told].sort(), patient).toEqual(["added old-c", "deleted old-a"]);
    expect(informer.status().relists).toBeGreaterThan(1);
  });

  it("a server that stands still is noticed by its silence, and followed again when it goes on", async () => {
    const mine = { suite: "still" };
    const { informer, told } = await watch({ ...maps("suite=still"), silenceMs: 1_500 });
    cluster.freeze("kube-apiserver");
    try {
      await expect
        .poll(() => informer.status(), patient)
        .toMatchObject({ phase: "retrying", error: { reason: "Stalled" } });
      const hasty = await connect({ timeoutMs: 500, retries: 0 });
      await expect(hasty.version()).rejects.toMatchObject({ reason: "Timeout" });
    } finally {
      cluster.resume("kube-apiserver");
    }
    await client.create(configMap("still-a", {}, mine));
    await expect.poll(() => told, patient).toEqual(["added still-a"]);
    await expect.poll(() => informer.status().phase, patient).toBe("synced");
  });

  it("a definition that is removed empties its watch, which fills again when it is back", async () => {
    const lamp = (name: string) => ({ ...lampKind, metadata: { name, namespace: "default" } });
    const define = async () => {
      await client.apply(definition);
      await expect
        .poll(
          () =>
            client.list(lampKind).then(
              () => "served",
              () => "not yet",
            ),
          patient,
        )
        .toBe("served");
    };
    await define();
    await client.create(lamp("desk"));
    const { informer, told } = await watch({ kind: lampKind });
    expect(told).toEqual(["added desk"]);
    await client.delete({ ...definition, name: definition.metadata.name });
    await expect.poll(() => informer.status(), patient).toMatchObject({ served: false, objects: 0 });
    expect(told).toEqual(["added desk", "deleted desk"]);
    await expect(client.list(lampKind)).rejects.toMatchObject({ code: 404 });
    await define();
    await client.create(lamp("floor"));
    await expect.poll(() => told.at(-1), patient).toBe("added floor");
    expect(informer.status()).toMatchObject({ served: true, phase: "synced" });
  });

  it("a token that is no longer taken is read again from its file, and the watch goes on", async () => {
    const place = { namespace: "default" };
    const account = async (name: string) => {
      const subject = { kind: "ServiceAccount", name, ...place };
      await client.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, ...place } });
      await client.create({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
        subjects: [subject],
      });
      const made = (await client.raw({
        verb: "create",
        resource: "serviceaccounts",
        method: "POST",
        path: `/api/v1/namespaces/default/serviceaccounts/${name}/token`,
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } },
      })) as { status: { token: string } };
      return made.status.token;
    };
    const folder = mkdtempSync(join(tmpdir(), "gennaker-token-"));
    try {
      const tokenFile = join(folder, "token");
      writeFileSync(tokenFile, await account("first"));
      const { url, ca } = cluster;
      const config = {
        clusters: [
          { name: "c", cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
        ],
        users: [{ name: "u", user: { tokenFile } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      };
      writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config));
      const theirs = await connect({}, join(folder, "kubeconfig"));
      const { informer, told } = await watch({ ...maps("suite=token"), watchSeconds: [1, 1] }, theirs);
      await client.delete({ apiVersion: "v1", kind: "ServiceAccount", name: "first", ...place });
      await expect
        .poll(() => informer.status(), patient)
        .toMatchObject({
          phase: "retrying",
          error: { code: 401, message: expect.stringContaining("renew the token") },
        });
      const refused = await theirs.list(configMapKind, place).catch((error: unknown) => error);
      expect(isKubeError(refused, "Unauthorized")).toBe(true);
      writeFileSync(tokenFile, await account("second"));
      await client.create(configMap("token-a", {}, { suite: "token" }));
      await expect.poll(() => told, patient).toEqual(["added token-a"]);
      expect(informer.status()).toMatchObject({ phase: "synced", error: null });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
