import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stageRules } from "@gennaker/pipeline-model/stages/registry.ts";
import { createScene } from "./testing/scene.ts";

test("every type is registered once, is described, and has its rules in the pipeline model", () => {
  const { types } = createScene();
  expect([...types.keys()].toSorted()).toEqual(
    (
      "bakeManifest cleanupArtifacts deleteManifest deployManifest disableManifest enableManifest findArtifactsFromResource patchManifest " +
      "pauseRolloutManifest resolveTargetManifest resumeRolloutManifest rollingRestartManifest runJob:kubernetes runJobManifest scaleManifest undoRolloutManifest"
    ).split(" "),
  );
  for (const [type, stage] of types) {
    expect(stage.description.length).toBeGreaterThan(10);
    expect(stage.validate).toBe(stageRules.get(type)?.validate);
  }
});

test("every folder of a stage type has its behaviour table", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const types = folders.filter((folder) => existsSync(join(import.meta.dirname, folder.name, "stage.ts")));
  expect(types.length).toBe(15);
  for (const folder of types)
    expect(readFileSync(join(import.meta.dirname, folder.name, "README.md"), "utf8")).toContain("| when | then |");
});

test("without an account a stage says so", async () => {
  const { run } = createScene({ cluster: { ...createScene().cluster.port, accounts: () => [] } });
  const { stage } = await run("deleteManifest", { context: { manifestName: "deployment web" } });
  expect(stage.failure?.message).toBe("The stage names no Kubernetes account. Name one of: none.");
});
