import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { deploy, object, pipeline, stage, traffic, workload } from "./fixtures/kubernetes-documents.ts";
import { account, openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

const app = "killed";

describe.skipIf(skipped !== "")(`a server killed in the middle of deploys to a real cluster ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
    await server.scene.port.apply("test", service(namespace, "front", { lb: "front" }));
  });
  afterAll(() => server?.close());

  const names = async (kind: string): Promise<string[]> =>
    (await server.scene.port.list("test", kind, namespace, `app.kubernetes.io/name=${app}`))
      .map(({ metadata }) => metadata.name ?? "")
      .filter((name) => /-v\d{3}$/.test(name))
      .toSorted();
  const behind = async (): Promise<string[]> => {
    const pods = await server.scene.port.list("test", "pod", namespace, "lb=front");
    return [...new Set(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? ""))];
  };
  /** When the killing is done: as soon as this holds, and so many milliseconds later. */
  type Moment = { words: string; reached(id: string, round: number): Promise<boolean>; laterMs: number };
  const stages = async (id: string): Promise<JsonObject[]> =>
    ((await server.execution(id))["stages"] ?? []) as JsonObject[];
  const version = (round: number): string => `v${String(round).padStart(3, "0")}`;
  const moments: Moment[] = [
    { words: "the run was accepted", reached: async () => true, laterMs: 0 },
    { words: "the run was accepted a moment ago", reached: async () => true, laterMs: 120 },
    {
      words: "the first object is there",
      reached: async (_id, round) => (await names("configMap")).includes(`settings-${version(round)}`),
      laterMs: 0,
    },
    {
      words: "the replicaSet is there",
      reached: async (_id, round) => (await names("replicaSet")).includes(`web-${version(round)}`),
      laterMs: 0,
    },
    {
      words: "the older one is being switched off",
      reached: async (id) =>
        (await stages(id)).some(({ type, status }) => type === "disableManifest" && status !== "NOT_STARTED"),
      laterMs: 0,
    },
    {
      words: "the job of the last stage runs",
      reached: async (id) =>
        (await stages(id)).some(({ type, status }) => type === "runJobManifest" && status === "RUNNING"),
      laterMs: 100,
    },
  ];

  test(
    "each deploy is finished by the next process: one version each, traffic at the newest only, nothing twice",
    { timeout: 400_000 },
    async () => {
      for (const [round, moment] of moments.entries()) {
        const manifests = [
          workload("ReplicaSet", "web", `example.com/web:${round}`, { config: "settings" }),
          object("ConfigMap", "settings", { data: { round: String(round) } }),
        ];
        const job = {
          ...object("Job", "", {
            spec: {
              template: {
                spec: { restartPolicy: "Never", containers: [{ name: "main", image: "example.com/job:1" }] },
              },
            },
          }),
          metadata: { generateName: `after-${round}-`, namespace: "default" },
        };
        await server.importPipeline(
          pipeline(app, `Round ${round}`, [
            deploy("1", [], app, manifests, traffic("redblack", ["service front"])),
            stage("2", "runJobManifest", ["1"], { source: "text", application: app, manifest: job }),
          ]),
        );
        const id = await server.start(app, `Round ${round}`);
        const killed = await beforeTheEnd(id, moment, round);
        const execution = await server.over(id);
        const states = (execution["stages"] as JsonObject[]).map(({ name, status }) => [name, status]);
        expect([moment.words, killed, execution["status"], states]).toEqual([
          moment.words,
          true,
          "SUCCEEDED",
          expect.anything(),
        ]);
        const expected = moments.slice(0, round + 1).map((_each, index) => version(index));
        expect(await names("replicaSet")).toEqual(expected.map((each) => `web-${each}`));
        expect(await names("configMap")).toEqual(expected.map((each) => `settings-${each}`));
        expect(await behind()).toEqual([`web-${version(round)}`]);
        const jobs = await server.scene.port.list("test", "job", namespace);
        expect(jobs.filter(({ metadata }) => metadata.name?.startsWith(`after-${round}-`))).toHaveLength(1);
      }
    },
  );

  /** Kills the server at the moment; false where the run was over before. */
  async function beforeTheEnd(id: string, moment: Moment, round: number): Promise<boolean> {
    for (let waited = 0; waited < 60_000; waited += 10) {
      if (await moment.reached(id, round)) {
        await sleep(moment.laterMs);
        const before = await server.execution(id);
        await server.killAndRestart();
        return before["status"] === "RUNNING" || before["status"] === "NOT_STARTED";
      }
      await sleep(10);
    }
    throw new Error(`${moment.words}: not reached`);
  }

  test(
    "an operation that is asked for again after a restart is not done again over a later change",
    { timeout: 200_000 },
    async () => {
      const { port } = server.scene;
      const newest = `replicaSet web-${version(moments.length - 1)}`;
      const scaled = await server.task(app, [
        {
          type: "scaleManifest",
          account,
          location: namespace,
          manifestName: newest,
          replicas: 1,
          cloudProvider: "kubernetes",
        },
      ]);
      expect(scaled["status"]).toBe("SUCCEEDED");
      await port.scale("test", { kind: "replicaSet", name: newest.split(" ")[1] ?? "", namespace }, 3);
      await server.killAndRestart();
      await sleep(2_000);
      const live = await port.get("test", { kind: "replicaSet", name: newest.split(" ")[1] ?? "", namespace });
      expect(live?.["spec"]).toMatchObject({ replicas: 3 });
    },
  );
});
