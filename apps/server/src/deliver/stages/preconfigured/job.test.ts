import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { z } from "zod";
import { stageSettings } from "../../../platform/config/stage-settings.ts";
import { createScene } from "../testing/scene.ts";
import { listPreconfiguredJobs } from "./own-stages.ts";

const job: JsonObject = {
  label: "Migrate",
  type: "migrateDatabase",
  command: "migrate $TARGET",
  env: { TARGET: "", SIZE: "1" },
  list: [{ a: "" }],
  parameters: [
    { name: "target", mapping: "env.TARGET", defaultValue: "staging" },
    { name: "first", mapping: "list[0].a" },
  ],
};
const settings = z.object(stageSettings).parse({
  script: { enabled: true },
  job: {
    preconfigured: { script: [job], kubernetes: [{ label: "Sweep", type: "sweep", manifest: {} }] },
  },
});

async function run(context: JsonObject) {
  const scene = await createScene({ deps: { settings } });
  return { ...(await scene.run("migrateDatabase", { context })), scripts: scene.scripts };
}

test.each<[JsonObject, JsonObject]>([
  [{}, { TARGET: "staging", SIZE: "1" }],
  [{ parameters: { target: "prod", other: "x" } }, { TARGET: "prod", SIZE: "1" }],
  [{ dynamicParameters: { "env.SIZE": 5 } }, { TARGET: "staging", SIZE: "5" }],
])("a job runs as a script, with %j in it", async (context, env) => {
  const { stage, scripts } = await run(context);
  expect(stage.failure).toBeNull();
  expect(scripts).toMatchObject([{ body: "migrate $TARGET", env }]);
});

test("a pipeline cannot change what a job runs; a mapping that leads nowhere says so", async () => {
  const { scripts } = await run({ command: "rm -rf /" });
  expect(scripts[0]?.body).toBe("migrate $TARGET");
  const { stage } = await run({ dynamicParameters: { "nothing.here": "x" } });
  expect(stage.failure?.message).toContain('The job has no "nothing" for the parameter mapping nothing.here');
});

test("a job of a provider that is not here says at save time which it needs", async () => {
  const scene = await createScene({ deps: { settings } });
  expect(scene.runner.types.get("sweep")?.validate({})).toEqual([
    { pointer: "/type", reason: expect.stringContaining("needs the cloud provider kubernetes") },
  ]);
  expect((await scene.run("sweep", { context: {} })).stage.failure?.code).toBe("job.provider");
  expect(scene.runner.types.get("migrateDatabase")?.validate({ parameters: [] })).toMatchObject([
    { pointer: "/parameters" },
  ]);
});

test("the list for the UI has Orca's fields", () => {
  expect(listPreconfiguredJobs(settings)).toMatchObject([
    { label: "Migrate", type: "migrateDatabase", cloudProvider: "script", waitForCompletion: true, uiType: "BASIC" },
    { label: "Sweep", type: "sweep", cloudProvider: "kubernetes", producesArtifacts: false },
  ]);
});
