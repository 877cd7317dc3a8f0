import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { shopObjects } from "@gennaker/testkit/fakes/kube-api/shop.ts";
import { startFakeApi } from "@gennaker/testkit/fakes/kube-api/with-kubeconfig.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

/** A server that asks for logins, with two accounts on one API server in memory. `other` is an application for its team. */
const directory = mkdtempSync(join(tmpdir(), "gennaker-kubernetes-access-"));
const fake = await startFakeApi();
fake.put(...shopObjects(), {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "other-1", namespace: "shop", annotations: { "moniker.spinnaker.io/application": "other" } },
  spec: { containers: [{ name: "app", image: "r.example/other:1" }] },
  status: { phase: "Running" },
});
// Its own labels say another application than the Deployment that owns it.
const labels = { app: "shop" };
const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "team", uid: "uid-team", controller: true };
fake.put(
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "team",
      namespace: "shop",
      uid: "uid-team",
      annotations: { "moniker.spinnaker.io/application": "other" },
    },
    spec: { replicas: 0, selector: { matchLabels: labels } },
  },
  {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "team-1", namespace: "shop", labels, ownerReferences: [owner] },
    spec: { replicas: 0, selector: { matchLabels: labels } },
  },
);
const account = (name: string) => ({ name, kubeconfigFile: fake.kubeconfigFile, lease: false });
writeFileSync(
  join(directory, "gennaker.yaml"),
  JSON.stringify({
    access: {
      local: true,
      accounts: { hidden: { READ: ["team-s"] } },
      roles: [{ name: "shoppers", grants: [{ verbs: ["read"], resources: ["application/shop", "account/prod"] }] }],
    },
    kubernetes: { accounts: [account("prod"), account("hidden")] },
  }),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
afterAll(async () => {
  await server.end();
  await fake.close();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
async function call(path: string, as: string, { method = "GET", body }: { method?: string; body?: unknown } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      authorization: `Basic ${Buffer.from(`${as}:${password}`).toString("base64")}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: <T>() => JSON.parse(text) as T };
}
const objects = "/api/v1/accounts/prod/kubernetes/objects";
const status = async (path: string, as: string) => (await call(path, as)).status;

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token, username: "boss", password }),
  });
  for (const [name, roles] of [
    ["viv", []],
    ["shopper", ["shoppers"]],
    ["teamy", ["team-s"]],
  ] as const)
    await call(`/api/v1/access/users/${name}`, "boss", { method: "PUT", body: { roles, password } });
  await call("/api/v1/applications/shop", "boss", { method: "PUT", body: {} });
  const permissions = { READ: ["team-s"], WRITE: [] };
  await call("/api/v1/applications/other", "boss", { method: "PUT", body: { permissions } });
  await vi.waitFor(async () => expect(await status(objects, "boss")).toBe(200), { timeout: 20_000, interval: 300 });
});

describe("objects of a cluster", () => {
  test("ask for READ on the account", async () => {
    for (const path of ["objects", "objects/configmap/settings-v001?namespace=shop", "tree?follow=false"])
      expect([path, await status(`/api/v1/accounts/hidden/kubernetes/${path}`, "viv")]).toEqual([path, 403]);
    expect(await status("/api/v1/accounts/hidden/kubernetes/objects?kind=pod", "teamy")).toBe(200);
  });

  test("ask for READ on the application that they belong to, by themselves or their owners", async () => {
    expect(await status(`${objects}/configmap/other?namespace=shop`, "viv")).toBe(403);
    expect(await status(`${objects}/configmap/other?namespace=shop`, "teamy")).toBe(200);
    expect(await status(`${objects}/pod/web-2-0?namespace=shop`, "shopper")).toBe(200);
    expect(await status(`${objects}/pod/other-1?namespace=shop`, "shopper")).toBe(403);
    expect(await status(`${objects}/replicaset/team-1?namespace=shop`, "shopper")).toBe(403);
    expect(await status(`${objects}/configmap/none?namespace=shop`, "viv")).toBe(404);
    expect((await call(`${objects}/configmap/other?namespace=shop`, "viv")).text).not.toContain("moniker");
  });

  test("are left out of lists and trees", async () => {
    const listed = async (as: string) =>
      (await call(`${objects}?namespace=shop`, as)).json<{ objects: { application: string; name: string }[] }>()
        .objects;
    const applications = async (as: string) => [...new Set((await listed(as)).map((each) => each.application))].sort();
    expect((await listed("shopper")).map(({ name }) => name)).not.toContain("team-1");
    expect(await applications("teamy")).toContain("other");
    expect(await applications("viv")).not.toContain("other");
    expect(await applications("shopper")).toEqual(["shop"]);
    const tree = async (as: string, path: string) => {
      const { text } = await call(path, as);
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as KubernetesTreeLine);
      const nodes = lines.flatMap((line) => (line.type === "set" ? line.nodes : []));
      return [...new Set(nodes.map((node) => node.application))].sort();
    };
    const ofAccount = "/api/v1/accounts/prod/kubernetes/tree?follow=false";
    expect(await tree("shopper", ofAccount)).toEqual(["shop"]);
    expect(await tree("viv", ofAccount)).not.toContain("other");
    expect(await tree("teamy", ofAccount)).toContain("other");
    expect(await status("/api/v1/applications/other/kubernetes/tree?follow=false", "viv")).toBe(403);
    const ofShop = "/api/v1/applications/shop/kubernetes/tree?follow=false";
    expect(await tree("shopper", ofShop)).toEqual(["shop"]);
    expect((await call(ofShop, "shopper")).text).not.toContain("hidden");
    expect((await call(ofShop, "teamy")).text).toContain('"account":"hidden"');
  });

  test("tell their output only to who may read each of the Pods", async () => {
    fake.api.pods.appendLog({ namespace: "shop", pod: "web-2-0", container: "web" }, "hello", new Date());
    const logs = (pods: string) => `/api/v1/accounts/prod/kubernetes/logs/shop?pods=${pods}`;
    expect((await call(logs("web-2-0"), "shopper")).text).toBe("web-2-0/web: hello\n");
    expect(await status(logs("other-1"), "shopper")).toBe(403);
    expect(await status(logs("web-2-0,other-1"), "viv")).toBe(403);
    expect(await status(logs("web-2-0,other-1"), "teamy")).toBe(200);
    expect(await status(logs("none"), "viv")).toBe(404);
  });

  test("are not shown by a difference, either", async () => {
    const manifest = (name: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "shop" },
      data: { a: "b" },
    });
    const diff = (name: string, as: string) =>
      call("/api/v1/accounts/prod/kubernetes/diff", as, { method: "POST", body: { manifests: [manifest(name)] } });
    expect((await diff("settings-v001", "viv")).json()).toMatchObject({ summary: { change: 1 } });
    const refused = await diff("other", "viv");
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("belongs to the application other")]);
    expect(refused.text).not.toContain("moniker");
    expect((await diff("other", "teamy")).status).toBe(200);
  });
});

describe("Spinnaker's paths", () => {
  test("show an object with Clouddriver's status, and ask for the same", async () => {
    const { status: answered, json } = await call("/manifests/prod/shop/deployment%20web", "shopper");
    expect([answered, json()]).toEqual([
      200,
      expect.objectContaining({
        account: "prod",
        name: "deployment web",
        location: "shop",
        moniker: { app: "shop", cluster: "deployment web", stack: null, detail: null, sequence: null },
        status: {
          stable: { state: true, message: null },
          paused: { state: false, message: null },
          available: { state: true, message: null },
          failed: { state: false, message: null },
        },
        artifacts: expect.arrayContaining([
          expect.objectContaining({ type: "docker/image", reference: "r.example/web:2.1" }),
        ]),
        events: [],
        warnings: [],
        metrics: [],
      }),
    ]);
    expect(await status("/manifests/prod/shop/configMap%20other", "viv")).toBe(403);
    expect(await status("/manifests/prod/shop/configMap%20none", "viv")).toBe(404);
    expect(await status("/manifests/hidden/shop/deployment%20web", "viv")).toBe(403);
    const secret = await call("/manifests/prod/shop/secret%20keys-v000", "viv");
    expect([secret.status, secret.text.includes(Buffer.from("hunter2").toString("base64"))]).toEqual([200, false]);
  });

  test("name an application's Deployments with their ReplicaSets", async () => {
    const path = "/applications/shop/serverGroupManagers";
    const { json } = await call(path, "shopper");
    const place = { account: "prod", namespace: "shop", region: "shop" };
    expect(json()).toEqual([
      {
        ...place,
        name: "deployment web",
        displayName: "web",
        apiVersion: "apps/v1",
        kind: "deployment",
        cloudProvider: "kubernetes",
        labels: {},
        createdTime: expect.any(Number),
        moniker: expect.objectContaining({ app: "shop", cluster: "deployment web" }),
        serverGroups: [
          expect.objectContaining({ ...place, name: "replicaSet web-1" }),
          expect.objectContaining({ ...place, name: "replicaSet web-2" }),
        ],
      },
      expect.objectContaining({ account: "hidden", name: "deployment web" }),
    ]);
    expect(await status("/applications/other/serverGroupManagers", "viv")).toBe(403);
  });

  test("give a Pod's output by container", async () => {
    const path = (pod: string) => `/instances/prod/shop/${encodeURIComponent(pod)}/console?provider=kubernetes`;
    const { json } = await call(path("pod web-2-0"), "shopper");
    expect(json()).toEqual({ output: [{ name: "web", output: expect.stringContaining("hello\n") }] });
    expect(await status(path("other-1"), "shopper")).toBe(403);
    expect(await status(path("pod none"), "viv")).toBe(404);
  });
});
