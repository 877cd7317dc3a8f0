import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { deploy, object, pipeline, stage, traffic, workload } from "./fixtures/kubernetes-documents.ts";
import { openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const embedded = (name: string, text: string): JsonObject => ({
  type: "embedded/base64",
  name,
  reference: base64(text),
  artifactAccount: "embedded-artifact",
});

describe.skipIf(skipped !== "")(`pipelines that go back, by a real server on a real cluster ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
  });
  afterAll(() => server?.close());

  const statuses = (execution: JsonObject): Record<string, unknown> =>
    Object.fromEntries((execution["stages"] as JsonObject[]).map(({ name, status }) => [String(name), status]));

  test(
    "a version that does not pass its check is taken out of traffic again once somebody says so",
    { timeout: 180_000 },
    async () => {
      await server.scene.port.apply("test", service(namespace, "front", { lb: "front" }));
      const target = (criteria: string): JsonObject => ({
        app: "goback",
        mode: "dynamic",
        location: "default",
        kind: "replicaSet",
        cluster: "replicaSet web",
        criteria,
      });
      const expression = (wanted: string): JsonObject => ({
        preconditions: [
          {
            type: "expression",
            failPipeline: false,
            context: { expression: `\${ #stage('Check')['status'].toString() ${wanted} 'SUCCEEDED' }` },
          },
        ],
        failPipeline: false,
        continuePipeline: false,
        completeOtherBranchesThenFail: false,
      });
      const check = (restartPolicy: string): JsonObject =>
        object("Job", "check", {
          spec: { template: { spec: { restartPolicy, containers: [{ name: "main", image: "example.com/check" }] } } },
        });
      const document = (tag: string, restartPolicy: string): JsonObject =>
        pipeline("goback", "Deploy", [
          deploy(
            "1",
            [],
            "goback",
            [workload("ReplicaSet", "web", `example.com/web:${tag}`)],
            traffic("redblack", ["service front"]),
          ),
          {
            ...stage("2", "runJobManifest", ["1"], {
              source: "text",
              application: "goback",
              manifest: check(restartPolicy),
            }),
            name: "Check",
            continuePipeline: true,
            failPipeline: false,
          },
          { ...stage("3", "checkPreconditions", ["2"], expression("==")), name: "It is good" },
          { ...stage("4", "checkPreconditions", ["2"], expression("!=")), name: "It is bad" },
          { ...stage("5", "manualJudgment", ["4"], { judgmentInputs: [], failPipeline: true }), name: "Go back?" },
          { ...stage("6", "enableManifest", ["5"], target("second_newest")), name: "Enable the old" },
          { ...stage("7", "disableManifest", ["6"], target("newest")), name: "Disable the new" },
        ]);
      const run = async (tag: string, restartPolicy: string): Promise<JsonObject> => {
        await server.importPipeline(document(tag, restartPolicy));
        const id = await server.start("goback", "Deploy");
        for (let tries = 0; tries < 600; tries += 1) {
          const execution = await server.execution(id);
          const waiting = ((execution["stages"] ?? []) as JsonObject[]).find(
            ({ type, status }) => type === "manualJudgment" && status === "RUNNING",
          );
          if (waiting !== undefined) {
            const path = `/pipelines/${id}/stages/${String(waiting["id"])}`;
            await server.call("PATCH", path, { judgmentStatus: "continue" });
          }
          if (execution["status"] !== "RUNNING" && execution["status"] !== "NOT_STARTED") return execution;
          await sleep(100);
        }
        throw new Error("not over in time");
      };
      const behind = async (): Promise<string[]> => {
        const pods = await server.scene.port.list("test", "pod", namespace, "lb=front");
        return [...new Set(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? ""))];
      };
      expect(statuses(await run("1", "Never"))).toMatchObject({ Check: "SUCCEEDED", "It is bad": "STOPPED" });
      expect(await behind()).toEqual(["web-v000"]);
      const bad = statuses(await run("2", "Sometimes"));
      expect(bad).toMatchObject({
        "Disable replicaSet web-v000": "SUCCEEDED",
        Check: "FAILED_CONTINUE",
        "It is good": "STOPPED",
        "Enable the old": "SUCCEEDED",
        "Disable the new": "SUCCEEDED",
      });
      expect(await behind()).toEqual(["web-v000"]);
    },
  );

  test(
    "one template is baked for each environment, deployed as an artifact, and undone",
    { timeout: 180_000 },
    async () => {
      const template = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        'metadata: {name: "{{ name }}"}',
        "spec:",
        "  replicas: {{ replicas }}",
        '  selector: {matchLabels: {app: "{{ name }}"}}',
        "  template:",
        '    metadata: {labels: {app: "{{ name }}"}}',
        "    spec: {containers: [{name: main, image: example.com/web, envFrom: [{configMapRef: {name: settings}}]}]}",
        "---",
        "apiVersion: v1",
        "kind: ConfigMap",
        "metadata: {name: settings}",
        'data: {color: "{{ color }}"}',
      ].join("\n");
      const produced = (id: string): JsonObject => ({
        id,
        displayName: id,
        matchArtifact: { type: "embedded/base64", name: id },
        useDefaultArtifact: false,
        usePriorArtifact: false,
      });
      const bake = (refId: string, name: string, overrides: JsonObject): JsonObject =>
        stage(refId, "bakeManifest", [], {
          templateRenderer: "PLAIN",
          inputArtifacts: [
            { artifact: embedded("template", template) },
            { artifact: embedded("values", "replicas: 1\ncolor: grey\n") },
          ],
          overrides: { name, ...overrides },
          expectedArtifacts: [produced(name)],
        });
      const from = (refId: string, after: string, id: string): JsonObject =>
        deploy(refId, [after], "baked", [], {
          source: "artifact",
          manifestArtifactId: id,
          namespaceOverride: namespace,
          requiredArtifactIds: ["image"],
        });
      const image = (tag: string): JsonObject => ({
        type: "docker/image",
        name: "example.com/web",
        reference: `example.com/web:${tag}`,
      });
      const expected = { id: "image", matchArtifact: { type: "docker/image", name: "example.com/web" } };
      await server.importPipeline(
        pipeline(
          "baked",
          "Bake and deploy",
          [
            bake("1", "staging", { color: "blue" }),
            bake("2", "production", { replicas: 3, color: "red" }),
            from("3", "1", "staging"),
            from("4", "3", "production"),
          ].map((each) => (each["refId"] === "4" ? { ...each, requisiteStageRefIds: ["2", "3"] } : each)),
          { expectedArtifacts: [expected] },
        ),
      );
      const shown = async (name: string): Promise<unknown[]> => {
        const live = await server.scene.port.get("test", { kind: "deployment", name, namespace });
        const text = JSON.stringify(live?.["spec"] ?? null);
        return [
          /"replicas":(\d+)/.exec(text)?.[1],
          /example\.com\/web:\w+/.exec(text)?.[0],
          /settings-v\d+/.exec(text)?.[0],
        ];
      };
      const run = async (tag: string): Promise<void> => {
        const execution = await server.run("baked", "Bake and deploy", { artifacts: [image(tag)] });
        expect([execution["status"], statuses(execution)]).toEqual(["SUCCEEDED", expect.anything()]);
      };
      await run("1");
      expect([await shown("staging"), await shown("production")]).toEqual([
        ["1", "example.com/web:1", "settings-v000"],
        ["3", "example.com/web:1", "settings-v001"],
      ]);
      await run("2");
      expect(await shown("production")).toEqual(["3", "example.com/web:2", "settings-v001"]);
      const undo = stage("1", "undoRolloutManifest", [], {
        location: namespace,
        manifestName: "deployment production",
        numRevisionsBack: 1,
      });
      expect((await server.task("baked", [undo]))["status"]).toBe("SUCCEEDED");
      expect(await shown("production")).toEqual(["3", "example.com/web:1", "settings-v001"]);
      expect(await shown("staging")).toEqual(["1", "example.com/web:2", "settings-v000"]);
    },
  );
});
