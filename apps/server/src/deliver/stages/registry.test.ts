import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stageRules } from "@gennaker/pipeline-model/stages/registry.ts";
import { createScene } from "./testing/scene.ts";

const internal = [
  "settleFailedDeploy",
  "notifyDeployStarting",
  "evaluateDeploymentHealth",
  "notifyDeployCompleted",
  "monitoredDeployStep",
];

test("every type is registered once, is described, and has its rules in the pipeline model", async () => {
  const { runner } = await createScene();
  expect(runner.types.size).toBe(36);
  for (const [type, stage] of runner.types) {
    expect(stage.description.length).toBeGreaterThan(10);
    expect(stageRules.has(type) || internal.includes(type)).toBe(true);
    if (type !== "deploy" && !internal.includes(type)) expect(stage.validate).toBe(stageRules.get(type)?.validate);
  }
});

test("every folder of a stage type has its behaviour table", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const types = folders.filter((folder) => existsSync(join(import.meta.dirname, folder.name, "stage.ts")));
  expect(types.length).toBe(29);
  for (const folder of types) expect(existsSync(join(import.meta.dirname, folder.name, "README.md"))).toBe(true);
});
