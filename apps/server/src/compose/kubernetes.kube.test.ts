import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type TestServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, service, skipped, type Scene } from "../providers/kubernetes/testing/scene.ts";
import { call } from "./fixtures/http.ts";

describe.skipIf(skipped !== "")(`a server with a Kubernetes account on a real cluster ${skipped}`, () => {
  let data: string;
  let server: TestServer;
  let scene: Scene;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), "gennaker-test-"));
    const kubernetes = {
      accounts: [
        {
          name: "prod",
          kubeconfigFile: process.env["GENNAKER_TEST_KUBECONFIG"],
          lease: { name: `test-${process.pid}` },
        },
        { name: "dead", kubeconfigFile: join(data, "dead.json") },
      ],
    };
    const cluster = { server: "https://127.0.0.1:9" };
    const dead = {
      "current-context": "x",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(join(data, "dead.json"), JSON.stringify(dead));
    writeFileSync(join(data, "gennaker.yaml"), JSON.stringify({ kubernetes }));
    scene = await openScene();
    server = await startServer({ data, flags: ["--config", join(data, "gennaker.yaml")] });
  });
  afterAll(async () => {
    await scene?.port.delete("test", { kind: "lease", name: `test-${process.pid}`, namespace: "default" });
    await scene?.close();
    await server?.end();
    rmSync(data, { recursive: true, force: true });
  });

  const get = async (path: string) => (await call(server.url, path)).json() as Record<string, unknown>[];

  it("lists its accounts, and says of the dead one that it does not answer", async () => {
    expect(await get("/credentials")).toMatchObject([
      { name: "local" },
      { name: "prod", type: "kubernetes", cloudProvider: "kubernetes" },
      { name: "dead", type: "kubernetes" },
    ]);
    await expect
      .poll(() => get("/api/v1/accounts"), { timeout: 20_000 })
      .toMatchObject([
        { name: "local" },
        { name: "prod", reachable: true },
        { name: "dead", reachable: false, reason: expect.stringContaining("does not answer") },
      ]);
  });

  it("shows what runs in the cluster over its own API and Gate's, and tells changes live", async () => {
    const live = new AbortController();
    const stream = await fetch(`${server.url}/api/v1/events`, { signal: live.signal });
    const reader = stream.body?.getReader();
    let heard = "";
    const listening = (async () => {
      for (;;) {
        const part = await reader?.read();
        if (part === undefined || part.done) return;
        heard += Buffer.from(part.value).toString("utf8");
      }
    })().catch(() => {});
    const { port, namespace } = scene;
    await port.apply("test", deployment(namespace, "shown", { replicas: 1 }));
    await port.waitStable("test", { kind: "deployment", name: "shown", namespace }, AbortSignal.timeout(30_000));
    await expect
      .poll(() => get(`/api/v1/applications/${namespace}/clusters`), { timeout: 10_000 })
      .toMatchObject([
        {
          name: "deployment shown",
          account: "prod",
          cloudProvider: "kubernetes",
          serverGroups: [{ region: namespace, health: { status: "stable" }, instances: [{ state: "up" }] }],
        },
      ]);
    expect(await get(`/applications/${namespace}/serverGroups`)).toMatchObject([
      { account: "prod", region: namespace, cloudProvider: "kubernetes" },
    ]);
    await expect.poll(() => heard, { timeout: 20_000 }).toContain(`prod/${namespace}/replicaSet shown-`);
    live.abort();
    await listening;
  });

  it("shows objects of all kinds as a tree with health, single ones without secrets, and what leads to them", async () => {
    const { port, namespace } = scene;
    const labels = { "app.kubernetes.io/name": namespace };
    const metadata = { name: "keys", namespace, labels };
    await port.apply("test", { apiVersion: "v1", kind: "Secret", metadata, stringData: { password: "hunter2" } });
    await port.apply("test", service(namespace, "shown", { run: "shown" }));
    const objects = `/api/v1/accounts/prod/kubernetes/objects`;
    const tree = (await get(`${objects}?application=${namespace}&namespace=${namespace}`)) as unknown as {
      objects: { kind: string; uid: string; owners: { uid: string }[]; health: { state: string } }[];
      problems: unknown[];
    };
    expect(tree.problems).toEqual([]);
    const kinds = new Set(tree.objects.map(({ kind }) => kind));
    for (const kind of ["Deployment", "ReplicaSet", "Pod", "Service", "Secret"]) expect(kinds).toContain(kind);
    const [top, set, pod] = ["Deployment", "ReplicaSet", "Pod"].map((kind) =>
      tree.objects.find((each) => each.kind === kind),
    );
    expect(set?.owners[0]?.uid).toBe(top?.uid);
    expect(pod?.owners[0]?.uid).toBe(set?.uid);
    expect(top?.health.state).toBe("stable");

    const shown = await call(server.url, `${objects}/secret/keys?namespace=${namespace}`);
    expect(shown.json()).toMatchObject({ live: { data: { password: "(hidden)" } }, health: { state: "stable" } });
    expect(shown.text).not.toContain(Buffer.from("hunter2").toString("base64"));
    const web = (await call(server.url, `${objects}/deployment/shown?namespace=${namespace}`)).json();
    expect(web).toMatchObject({ events: [{ reason: "ScalingReplicaSet" }] });
    expect((await call(server.url, `${objects}/deployment/none?namespace=${namespace}`)).status).toBe(404);
    expect((await call(server.url, `${objects}/unicorn/none`)).status).toBe(404);
    expect((await call(server.url, "/api/v1/accounts/local/kubernetes/objects")).status).toBe(404);
    expect((await call(server.url, "/api/v1/accounts/dead/kubernetes/objects?kind=pod")).status).toBe(502);

    await expect
      .poll(() => get(`/api/v1/applications/${namespace}/kubernetes/traffic`), { timeout: 10_000 })
      .toMatchObject({
        loadBalancers: [{ account: "prod", name: "service shown", serverGroups: [expect.stringContaining("shown-")] }],
        networkPolicies: [],
      });
  });
});
