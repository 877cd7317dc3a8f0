import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubernetesDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { skipped } from "../providers/kubernetes/testing/scene.ts";
import { object, workload } from "./fixtures/kubernetes-documents.ts";
import { account, openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

describe.skipIf(skipped !== "")(`what people see of a real cluster before and when a deploy fails ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
  });
  afterAll(async () => {
    const { port } = server.scene;
    await port.delete("test", { kind: "validatingWebhookConfiguration", name: namespace }).catch(() => false);
    await server.close();
  });

  const here = (manifest: JsonObject): JsonObject =>
    JSON.parse(
      JSON.stringify(manifest).replaceAll('"namespace":"default"', `"namespace":"${namespace}"`),
    ) as JsonObject;
  const job = (manifests: JsonObject[], more: JsonObject = {}): JsonObject => ({
    type: "deployManifest",
    account,
    cloudProvider: "kubernetes",
    source: "text",
    moniker: { app: "faults" },
    manifests: manifests.map(here),
    ...more,
  });
  const run = async (manifests: JsonObject[], more: JsonObject = {}): Promise<JsonObject> => {
    const task = await server.task("faults", [job(manifests, more)]);
    const [stage] = ((task["execution"] ?? task) as JsonObject)["stages"] as JsonObject[];
    return { status: task["status"] ?? null, stage: stage ?? null };
  };
  const errorsOf = ({ stage }: JsonObject): string => {
    const { context } = stage as JsonObject;
    return JSON.stringify((context as JsonObject)["exception"] ?? null);
  };
  const diff = async (body: JsonObject): Promise<KubernetesDiff> => {
    const answer = await server.call("POST", `/api/v1/accounts/${account}/kubernetes/diff`, body);
    expect([answer.status, answer.text.slice(0, 500)]).toEqual([200, expect.anything()]);
    return answer.json() as KubernetesDiff;
  };

  test(
    "the difference tells what a deploy would do, and after it nothing: neither defaults nor what controllers write",
    { timeout: 120_000 },
    async () => {
      const manifests = [
        workload("Deployment", "web", "example.com/web:1", { config: "settings", secret: "keys" }),
        workload("StatefulSet", "store", "example.com/db:1"),
        object("Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }),
        object("ConfigMap", "settings", { data: { a: "1" } }),
        object("Secret", "keys", { stringData: { password: "hunter2" } }),
      ].map(here);
      const before = await diff({ application: "faults", manifests });
      expect(before.objects.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
        "create ConfigMap settings-v000",
        "create Secret keys-v000",
        "create Service web",
        "create Deployment web",
        "create StatefulSet store",
      ]);
      expect(await server.scene.port.get("test", { kind: "deployment", name: "web", namespace })).toBeNull();
      expect(JSON.stringify(before)).not.toContain(Buffer.from("hunter2").toString("base64"));
      expect((await run(manifests))["status"]).toBe("SUCCEEDED");
      const after = await diff({ application: "faults", manifests });
      expect(after.objects.map(({ kind, action, changes }) => [kind, action, changes])).toEqual(
        ["ConfigMap", "Secret", "Service", "Deployment", "StatefulSet"].map((kind) => [kind, "unchanged", []]),
      );
      const [next = {}, ...others] = manifests;
      const text = JSON.stringify(next).replace("example.com/web:1", "example.com/web:2");
      const changed = await diff({ application: "faults", manifests: [JSON.parse(text), ...others] as JsonObject[] });
      expect(changed.objects.find(({ name }) => name === "web" && true)?.action).toBe("unchanged");
      expect(changed.objects.find(({ kind }) => kind === "Deployment")?.changes).toEqual([
        {
          op: "change",
          path: "spec.template.spec.containers[main].image",
          before: "example.com/web:1",
          after: "example.com/web:2",
        },
      ]);
      const wrong = await diff({
        text: `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: ${namespace}}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}`,
      });
      expect(wrong.objects[0]).toMatchObject({ action: "refused", error: { code: "Invalid" } });
    },
  );

  test("warnings come before the deploy and with it, and stop nothing", { timeout: 120_000 }, async () => {
    const web = workload("Deployment", "warned", "example.com/web:1", { replicas: 0 });
    const { template } = web["spec"] as { template: { spec: JsonObject } };
    template.spec["volumes"] = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const policy = {
      ...object("NetworkPolicy", "deny", { spec: { podSelector: {}, policyTypes: ["Ingress"] } }),
      apiVersion: "networking.k8s.io/v1",
    };
    const front = object("Service", "warned", { spec: { selector: { app: "warned" }, ports: [{ port: 80 }] } });
    const manifests = [web, policy, front].map(here);
    const codes = ["network.serviceBlocked", "volume.missingClaim"];
    const { warnings } = await diff({ application: "faults", manifests });
    expect(warnings.map(({ code }) => code).toSorted()).toEqual(codes);
    const { status, stage } = await run(manifests);
    const shown = ((stage as JsonObject)["context"] as JsonObject)["outputs.warnings"] as JsonObject[];
    expect([status, shown.map(({ code }) => String(code)).toSorted()]).toEqual(["SUCCEEDED", codes]);
  });

  test.each<[string, () => JsonObject[], JsonObject, string[]]>([
    [
      "a kind that nobody serves",
      () => [{ ...object("Unicorn", "u", {}), apiVersion: "example.com/v1" }],
      {},
      ["Unicorn", "install the custom resource definition"],
    ],
    [
      "a field of the wrong type",
      () => [object("Deployment", "odd", { spec: { replicas: "many" } })],
      {},
      ["Deploying deployment odd", "replicas"],
    ],
    [
      "an object that is too large",
      () => [object("ConfigMap", "big", { data: { a: "x".repeat(2_000_000) } })],
      {},
      ["configMap big-v000", "Too long"],
    ],
    [
      "a namespace that is missing",
      () => [{ ...object("ConfigMap", "a", {}), metadata: { name: "a", namespace: "nowhere-at-all" } }],
      {},
      ["There is no namespace nowhere-at-all: deploy it before"],
    ],
    [
      "a text that is no YAML",
      () => [],
      { manifests: ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\n"] },
      ["manifest 1, line ", "column "],
    ],
  ])("%s ends the stage with its reason", { timeout: 60_000 }, async (_name, manifests, more, words) => {
    const failed = await run(manifests(), more);
    expect(failed["status"]).toBe("TERMINAL");
    for (const word of words) expect(errorsOf(failed)).toContain(word);
  });

  test("manifests of 5 MB in all are deployed", { timeout: 120_000 }, async () => {
    const manifests = Array.from({ length: 10 }, (_each, index) =>
      object("ConfigMap", `part-${index}`, { data: { text: "y".repeat(500_000) } }),
    );
    expect((await run(manifests))["status"]).toBe("SUCCEEDED");
    const again = await diff({ application: "faults", manifests: manifests.map(here) });
    expect(again.summary).toMatchObject({ create: 0, unchanged: 10 });
    const listed = await server.scene.port.list("test", "configMap", namespace);
    expect(listed.filter(({ metadata }) => metadata.name?.startsWith("part-"))).toHaveLength(10);
  });

  test("a namespace that is being deleted is told as such", { timeout: 60_000 }, async () => {
    const { port } = server.scene;
    const name = `${namespace}-going`;
    await port.apply("test", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const held = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "held", namespace: name, finalizers: ["example.com/hold"] },
    };
    await port.apply("test", held as unknown as KubeObject);
    await port.delete("test", { kind: "namespace", name });
    const failed = await run([{ ...object("ConfigMap", "late", {}), metadata: { name: "late", namespace: name } }]);
    expect([failed["status"], errorsOf(failed)]).toEqual([
      "TERMINAL",
      expect.stringContaining(`The namespace ${name} is being deleted`),
    ]);
    await port.patch(
      "test",
      { kind: "configMap", name: "held", namespace: name },
      { metadata: { finalizers: null } },
      "merge",
    );
  });

  test("a secret of the cluster is found by its reference", { timeout: 60_000 }, async () => {
    const { port } = server.scene;
    await port.apply("test", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "token", namespace },
      stringData: { value: "hunter2" },
    } as unknown as KubeObject);
    const check = async (reference: string) =>
      (await server.call("GET", `/api/v1/secrets/check?reference=${encodeURIComponent(reference)}`)).text;
    const at = `secret://kubernetes/${account}/${namespace}`;
    expect(JSON.parse(await check(`${at}/token#value`))).toMatchObject({ resolves: true });
    expect(await check(`${at}/none#value`)).toContain("There is nothing");
    expect(await check(`secret://kubernetes/nope/${namespace}/token`)).toContain("There is no Kubernetes account nope");
  });

  test("a webhook that cannot be asked is tried again with its name in sight", { timeout: 120_000 }, async () => {
    const { port } = server.scene;
    const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }];
    const webhook = {
      name: "check.example.com",
      clientConfig: { url: "https://127.0.0.1:9/check" },
      rules,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      failurePolicy: "Fail",
      sideEffects: "None",
      timeoutSeconds: 1,
      admissionReviewVersions: ["v1"],
    };
    const configuration = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: namespace },
      webhooks: [webhook],
    };
    await port.apply("test", configuration as unknown as KubeObject);
    const body = {
      application: "faults",
      description: "x",
      job: [job([object("ConfigMap", "held-up", { data: {} })])],
    };
    const { ref } = (await server.call("POST", "/tasks", body)).json() as { ref: string };
    const seen = async () => (await server.call("GET", `/api/v1/executions/${ref.replace("/tasks/", "")}`)).text;
    await expect
      .poll(seen, { timeout: 60_000 })
      .toContain("admission webhook check.example.com of the cluster did not answer");
    await port.delete("test", { kind: "validatingWebhookConfiguration", name: namespace });
    await expect.poll(seen, { timeout: 60_000, interval: 500 }).toContain('"status":"SUCCEEDED"');
  });
});
