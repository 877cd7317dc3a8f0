import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKubeClient, type KubeClient } from "@gennaker/kube-client/client.ts";
import { loadKubeconfig } from "@gennaker/kube-client/config/load-kubeconfig.ts";
import { createTestAuthority } from "@gennaker/testkit/fakes/kube-api/certificates.ts";
import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { findPrograms } from "@gennaker/testkit/kubernetes/programs.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, type Scene } from "../testing/scene.ts";

const patient = { timeout: 30_000, interval: 50 };
const never = new AbortController().signal;

describe.skipIf(findPrograms() === null)("what a real cluster refuses (needs the programs of Kubernetes)", () => {
  let cluster: Kubernetes;
  let scene: Scene;
  let client: KubeClient;
  const folder = mkdtempSync(join(tmpdir(), "gennaker-refusals-"));
  beforeAll(async () => {
    cluster = await startKubernetes({ fakeNodes: 1 });
    scene = await openScene({ kubeconfigFile: cluster.kubeconfig });
    client = createKubeClient(await (await loadKubeconfig({ paths: [cluster.kubeconfig], env: {} })).connect());
  });
  afterAll(async () => {
    await scene?.provider.stop();
    await client?.close();
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const map = (name: string, data: Record<string, string>, namespace = scene.namespace) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data,
  });
  const failureOf = async (work: Promise<unknown>): Promise<{ code: string; message: string }> => {
    const error: unknown = await work.then(
      () => new Error("nothing was refused"),
      (found: unknown) => found,
    );
    const { code = "", message } = error as Error & { code?: string };
    return { code, message };
  };

  /** A login with these rights in one namespace, and nowhere else. */
  async function login(namespace: string, rules: object[]): Promise<string> {
    const group = "rbac.authorization.k8s.io";
    const meta = { name: "deployer", namespace };
    await client.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: meta });
    await client.create({ apiVersion: `${group}/v1`, kind: "Role", metadata: meta, rules });
    await client.create({
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: meta,
      roleRef: { apiGroup: group, kind: "Role", name: "deployer" },
      subjects: [{ kind: "ServiceAccount", ...meta }],
    });
    const made = (await client.raw({
      verb: "create",
      resource: "serviceaccounts",
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/deployer/token`,
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    })) as { status: { token: string } };
    const file = join(folder, `${namespace}.kubeconfig`);
    const ca = Buffer.from(cluster.ca).toString("base64");
    const config = {
      clusters: [{ name: "c", cluster: { server: cluster.url, "certificate-authority-data": ca } }],
      users: [{ name: "u", user: { token: made.status.token } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  it("cluster-wide kinds without the right to them: the rest of the account works", async () => {
    const { namespace } = scene;
    const all = { verbs: ["*"], resources: ["*"], apiGroups: ["", "apps", "discovery.k8s.io", "networking.k8s.io"] };
    const limited = await openScene(
      { kubeconfigFile: await login(namespace, [all]), namespaces: [namespace] },
      { namespace },
    );
    try {
      await expect
        .poll(async () => (await limited.provider.accounts())[0], patient)
        .toMatchObject({ reachable: true, reason: expect.stringContaining("Node") });
      await limited.port.apply("test", deployment(namespace, "allowed", { replicas: 1 }));
      const ref = { kind: "deployment", name: "allowed", namespace };
      expect(await limited.port.waitStable("test", ref, never)).toMatchObject({ state: "stable" });
      await expect
        .poll(
          async () => (await limited.provider.serverGroups({ cluster: "deployment allowed" }))[0]?.instances.length,
          patient,
        )
        .toBe(1);
      const role = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "all" },
        rules: [],
      };
      const refused = await failureOf(limited.port.apply("test", role));
      expect(refused.message).toMatch(/clusterroles.*is forbidden/);
      expect(refused.message).toContain("Grant this account the permission");
    } finally {
      await limited.provider.stop();
    }
  });

  it("a namespace that is being deleted says what holds it, and takes nothing new", async () => {
    const namespace = `${scene.namespace}-leaving`;
    await scene.port.apply("test", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const held = map("held", {}, namespace);
    await scene.port.apply("test", { ...held, metadata: { ...held.metadata, finalizers: ["example.com/hold"] } });
    await scene.port.delete("test", { kind: "namespace", name: namespace });
    const refused = await failureOf(scene.port.apply("test", map("new", {}, namespace)));
    expect(refused.message).toContain("is being terminated");
    expect(refused.message).toContain("An admission rule of the cluster refused it");
    await expect
      .poll(async () => {
        const verdict = await scene.port.stability("test", { kind: "namespace", name: namespace });
        return verdict?.signs.map(({ message }) => message).join("; ");
      }, patient)
      .toMatch(/example\.com\/hold/);
    await scene.port.patch(
      "test",
      { kind: "configMap", name: "held", namespace },
      { metadata: { finalizers: null } },
      "merge",
    );
    await scene.port.waitGone("test", { kind: "namespace", name: namespace }, { signal: AbortSignal.timeout(60_000) });
  });

  it("manifests that are too large are refused in words, near the limit they are taken", async () => {
    const megabyte = "x".repeat(1_000_000);
    await scene.port.apply("test", map("large", { text: megabyte }));
    const large = { kind: "configMap", name: "large", namespace: scene.namespace };
    expect(await scene.port.get("test", large)).toMatchObject({ data: { text: megabyte } });
    const two = await failureOf(scene.port.apply("test", map("larger", { text: megabyte.repeat(2) })));
    expect(two.message).toMatch(/Too long: may not be more than 1048576/);
    const five = await failureOf(scene.port.apply("test", map("largest", { text: megabyte.repeat(5) })));
    expect(five.message).toMatch(/too large/i);
    expect(five.message).toContain("split it");
    expect(await scene.port.get("test", { ...large, name: "largest" })).toBeNull();
  });

  it("two Gennakers that want one cluster: exactly one changes it, until it leaves", async () => {
    const lease = { namespace: "default", name: "gennaker-two" };
    const { namespace } = scene;
    const account = { kubeconfigFile: cluster.kubeconfig, lease };
    const both = await Promise.all(
      ["one", "two"].map((installation) => openScene(account, { installation, namespace })),
    );
    try {
      const tries = await Promise.allSettled(
        both.map(({ port }, at) => port.apply("test", map(`by-${at}`, { by: String(at) }))),
      );
      expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const winner = tries.findIndex(({ status }) => status === "fulfilled");
      const refused = tries[1 - winner] as PromiseRejectedResult;
      expect(refused.reason).toMatchObject({ code: "conflict", message: expect.stringContaining("Another Gennaker") });
      const found = await Promise.all(
        [0, 1].map((at) => scene.port.get("test", { kind: "configMap", name: `by-${at}`, namespace })),
      );
      expect(found.map((object) => object !== null)).toEqual([winner === 0, winner === 1]);
      // Looking is not changing.
      expect(
        await both[1 - winner]?.port.get("test", { kind: "configMap", name: `by-${winner}`, namespace }),
      ).not.toBeNull();
      await both[winner]?.provider.stop();
      await both[1 - winner]?.port.apply("test", map(`by-${1 - winner}`, {}));
    } finally {
      await Promise.all(both.map(({ provider }) => provider.stop()));
    }
  });

  it("a server that stands still in the middle of a rollout ends nothing, and the wait goes on", async () => {
    const { namespace, port } = scene;
    await port.apply("test", deployment(namespace, "paused", { replicas: 2, annotations: { "test/fail": "wait" } }));
    const ref = { kind: "deployment", name: "paused", namespace };
    const said: string[] = [];
    const waiting = port.waitStable("test", ref, never, { onVerdict: ({ state }) => said.push(state) });
    await expect.poll(() => said, patient).not.toEqual([]);
    cluster.freeze("kube-apiserver");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(new Set(said)).toEqual(new Set(["progressing"]));
    cluster.resume("kube-apiserver");
    await port.apply("test", deployment(namespace, "paused", { replicas: 2, image: "registry.example/nginx:2" }), {
      force: true,
    });
    expect(await waiting).toMatchObject({ state: "stable" });
  });

  describe("admission webhooks", () => {
    let server: Server;
    let answer: "reject" | "hang" = "reject";
    const authority = createTestAuthority();
    const configuration = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
    };
    beforeAll(async () => {
      const { cert, key } = authority.issue({ commonName: "webhook", ips: ["127.0.0.1"] });
      server = createServer({ cert, key }, (request, response) => {
        let text = "";
        request.on("data", (part: Buffer) => (text += part.toString("utf8")));
        request.on("end", () => {
          if (answer === "hang") return;
          const { uid } = (JSON.parse(text) as { request: { uid: string } }).request;
          const status = { code: 403, message: "pictures of cats are missing" };
          const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" };
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ ...review, response: { uid, allowed: false, status } }));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(async () => {
      await client.delete({ ...configuration, name: "cats" });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    /** Asks the webhook about ConfigMaps named `judged…` of the scene's namespace. */
    async function configure(failurePolicy: "Fail" | "Ignore"): Promise<void> {
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const webhook = {
        name: "cats.example.com",
        clientConfig: { url, caBundle: Buffer.from(authority.ca).toString("base64") },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE", "UPDATE"] }],
        matchConditions: [{ name: "judged", expression: "object.metadata.name.startsWith('judged')" }],
        failurePolicy,
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 1,
      };
      await client.apply({ ...configuration, metadata: { name: "cats" }, webhooks: [webhook] }, { force: true });
    }

    it("one that rejects is told in its own words", async () => {
      answer = "reject";
      await configure("Fail");
      let refused = { code: "", message: "" };
      // The API server learns of a configuration a moment later.
      await expect
        .poll(async () => (refused = await failureOf(scene.port.apply("test", map("judged-a", {})))).message, patient)
        .toContain("pictures of cats are missing");
      expect(refused.message).toContain('admission webhook "cats.example.com" denied the request');
      expect(refused.message).toContain("change the object or the rule");
    });

    it("one that hangs is named when it must answer, and passed over when it need not", async () => {
      answer = "hang";
      const named = await failureOf(scene.port.apply("test", map("judged-b", {})));
      expect(named.message).toContain('failed calling webhook "cats.example.com"');
      expect(named.message).toMatch(/deadline exceeded|timeout/i);
      await configure("Ignore");
      await expect
        .poll(async () => (await failureOf(scene.port.apply("test", map("judged-c", {})))).message, patient)
        .toBe("nothing was refused");
    });
  });
});
