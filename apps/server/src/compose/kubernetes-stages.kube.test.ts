import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { deploy, object, pipeline, stage, traffic, workload } from "./fixtures/kubernetes-documents.ts";
import { openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

const target = (manifestName: string): JsonObject => ({ location: "default", mode: "static", manifestName });
const dynamic = (kind: string, name: string, criteria: string, app: string): JsonObject => ({
  location: "default",
  mode: "dynamic",
  app,
  kind,
  cluster: `${kind} ${name}`,
  criteria,
  manifestName: " ",
});

describe.skipIf(skipped !== "")(`every stage of Kubernetes, by a real server on a real cluster ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
  });
  afterAll(() => server?.close());

  const get = async (kind: string, name: string): Promise<KubeObject | null> =>
    server.scene.port.get("test", { kind, name, namespace });
  const list = async (kind: string, selector: string): Promise<KubeObject[]> =>
    server.scene.port.list("test", kind, namespace, selector);
  const names = async (kind: string, selector: string): Promise<string[]> =>
    (await list(kind, selector)).map(({ metadata }) => metadata.name ?? "").toSorted();
  async function run(document: JsonObject, trigger: JsonObject = {}): Promise<JsonObject[]> {
    await server.importPipeline(document);
    const execution = await server.run(String(document["application"]), String(document["name"]), trigger);
    const stages = execution["stages"] as JsonObject[];
    const failed = stages
      .filter(({ status }) => status !== "SUCCEEDED" && status !== "SKIPPED")
      .map(({ name, status, context }) => [name, status, (context as JsonObject)["exception"] ?? null]);
    expect([execution["status"], failed]).toEqual(["SUCCEEDED", []]);
    return stages;
  }
  const contextOf = (stages: JsonObject[], refId: string): JsonObject =>
    stages.find((each) => each["refId"] === refId)?.["context"] as JsonObject;

  test(
    "artifacts from the trigger are bound, secrets versioned, live images found and used, objects patched, scaled, restarted, deleted",
    { timeout: 180_000 },
    async () => {
      const image = { type: "docker/image", name: "example.com/web", reference: "example.com/web:7" };
      const expected = {
        id: "image",
        displayName: "web",
        matchArtifact: { type: "docker/image", name: "example.com/web" },
        usePriorArtifact: false,
        useDefaultArtifact: false,
      };
      const manifests = [
        workload("Deployment", "web", "example.com/web", { config: "web-config", secret: "web-keys" }),
        object("Secret", "web-keys", { stringData: { password: "hunter2" } }),
        object("ConfigMap", "web-config", { data: { color: "blue" } }),
      ];
      const copy = workload("Deployment", "copy", "example.com/web");
      const stages = await run(
        pipeline(
          "allstages",
          "All",
          [
            deploy("1", [], "allstages", manifests, { requiredArtifactIds: ["image"], expectedArtifacts: [] }),
            stage("2", "findArtifactsFromResource", ["1"], target("deployment web")),
            deploy("3", ["2"], "allstages", [copy]),
            stage("4", "patchManifest", ["3"], {
              ...target("deployment web"),
              source: "text",
              patchBody: [{ metadata: { labels: { tier: "front" } } }],
              options: { mergeStrategy: "strategic", record: true },
            }),
            stage("5", "scaleManifest", ["4"], { ...target("deployment web"), replicas: "3" }),
            stage("6", "rollingRestartManifest", ["5"], target("deployment web")),
            stage("7", "pauseRolloutManifest", ["6"], target("deployment web")),
            stage("8", "resumeRolloutManifest", ["7"], target("deployment web")),
            stage("9", "deleteManifest", ["8"], {
              location: "default",
              mode: "label",
              kinds: ["deployment"],
              labelSelectors: { selectors: [{ key: "tier", kind: "EQUALS", values: ["front"] }] },
              options: { cascading: true },
            }),
            stage("10", "deleteManifest", ["9"], {
              ...target("deployment copy"),
              options: { cascading: true, gracePeriodSeconds: 1 },
            }),
          ],
          { expectedArtifacts: [expected] },
        ),
        { artifacts: [image] },
      );
      expect(contextOf(stages, "1")).toMatchObject({
        "outputs.manifestNamesByNamespace": {
          [namespace]: ["secret web-keys-v000", "configMap web-config-v000", "deployment web"],
        },
        "outputs.boundArtifacts": expect.arrayContaining([
          expect.objectContaining({ type: "docker/image", reference: "example.com/web:7" }),
          expect.objectContaining({ type: "kubernetes/configMap", reference: "web-config-v000" }),
          expect.objectContaining({ type: "kubernetes/secret", reference: "web-keys-v000" }),
        ]),
      });
      expect(contextOf(stages, "2")["artifacts"]).toContainEqual(
        expect.objectContaining({ type: "docker/image", name: "example.com/web", reference: "example.com/web:7" }),
      );
      const deployedCopy = (contextOf(stages, "3")["outputs.manifests"] as JsonObject[])[0];
      expect(JSON.stringify(deployedCopy)).toContain("example.com/web:7");
      expect(contextOf(stages, "9")["outputs.manifestNamesByNamespace"] ?? {}).not.toEqual({});
      expect([await get("deployment", "web"), await get("deployment", "copy")]).toEqual([null, null]);
      expect((await get("secret", "web-keys-v000"))?.["data"]).toEqual({
        password: Buffer.from("hunter2").toString("base64"),
      });
      const deployOutputs = JSON.stringify({ ...contextOf(stages, "1"), manifests: null });
      expect(deployOutputs).not.toContain(Buffer.from("hunter2").toString("base64"));
    },
  );

  test(
    "red/black, dark and highlander by traffic management; newest, oldest, second newest, largest and smallest are found",
    { timeout: 180_000 },
    async () => {
      await server.scene.port.apply("test", service(namespace, "front", { lb: "front" }));
      const replicaSet = (tag: string, replicas: number): JsonObject =>
        workload("ReplicaSet", "blue", `example.com/web:${tag}`, { replicas });
      const of = (tag: string, replicas: number, strategy: string, enableTraffic = true): JsonObject =>
        pipeline("switching", `Deploy ${tag}`, [
          deploy(
            "1",
            [],
            "switching",
            [replicaSet(tag, replicas)],
            traffic(strategy, ["service front"], enableTraffic),
          ),
        ]);
      const behind = async (): Promise<string[]> => [
        ...new Set((await list("pod", "lb=front")).map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? "")),
      ];
      await run(of("1", 2, "redblack"));
      const second = await run(of("2", 3, "redblack"));
      expect(await behind()).toEqual(["blue-v001"]);
      expect(second.map(({ type, name, status }) => [type, name, status])).toEqual([
        ["deployManifest", "deployManifest 1", "SUCCEEDED"],
        ["disableManifest", "Disable replicaSet blue-v000", "SUCCEEDED"],
      ]);
      const dark = await run(of("3", 1, "none", false));
      expect(await behind()).toEqual(["blue-v001"]);
      expect((await get("replicaSet", "blue-v002"))?.metadata.annotations).toMatchObject({
        "traffic.spinnaker.io/load-balancers": '["service front"]',
      });
      expect(dark).toHaveLength(1);

      const criteria = ["newest", "second_newest", "oldest", "largest", "smallest"];
      const found = await run(
        pipeline(
          "switching",
          "Find",
          criteria.map((each, index) =>
            stage(String(index), "findArtifactsFromResource", [], dynamic("replicaSet", "blue", each, "switching")),
          ),
        ),
      );
      expect(found.map(({ context }) => (context as JsonObject)["manifestName"])).toEqual(
        ["blue-v002", "blue-v001", "blue-v000", "blue-v001", "blue-v002"].map((name) => `replicaSet ${name}`),
      );

      const last = await run(of("4", 2, "highlander"));
      expect(await names("replicaSet", "app.kubernetes.io/name=switching")).toEqual(["blue-v003"]);
      expect(await behind()).toEqual(["blue-v003"]);
      expect(last.map(({ name }) => name)).toEqual([
        "deployManifest 1",
        ...["v000", "v001", "v002"].map((version) => `Disable replicaSet blue-${version}`),
        ...["v000", "v001", "v002"].map((version) => `Delete replicaSet blue-${version}`),
      ]);
    },
  );

  test("a job runs to its end under its own and under a generated name", { timeout: 180_000 }, async () => {
    const job = (metadata: JsonObject): JsonObject => ({
      ...object("Job", "x", {
        spec: {
          template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "example.com/job:1" }] } },
        },
      }),
      metadata: { namespace: "default", ...metadata },
    });
    const jobs = (name: string, metadata: JsonObject): JsonObject =>
      pipeline("jobs", name, [
        stage("1", "runJobManifest", [], {
          source: "text",
          alias: "runJob",
          application: "jobs",
          manifest: job(metadata),
          consumeArtifactSource: "none",
          credentials: "my-kubernetes-account",
        }),
      ]);
    for (let time = 0; time < 2; time += 1) {
      const [named] = await run(jobs("Named", { name: "migrate" }));
      expect(named?.["context"]).toMatchObject({ jobStatus: { jobState: "Succeeded", name: "migrate" } });
    }
    const [generated] = await run(jobs("Generated", { generateName: "migrate-" }));
    expect(generated?.["context"]).toMatchObject({ jobStatus: { name: expect.stringMatching(/^migrate-\w{5}$/) } });
    expect((await list("job", "app.kubernetes.io/name=jobs")).length).toBe(2);
  });
});
