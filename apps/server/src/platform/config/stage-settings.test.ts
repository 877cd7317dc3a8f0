import { expect, test } from "vitest";
import { z } from "zod";
import { defaultStageSettings, stageSettings } from "./stage-settings.ts";

test("nothing configured: no users' own stages, and scripts are off", () => {
  const settings = defaultStageSettings();
  expect([settings.webhook.preconfigured, settings.job.preconfigured, settings.script.enabled]).toEqual([
    [],
    {},
    false,
  ]);
  expect(settings.script.network).toBe("off");
});

test.each<[unknown, string]>([
  [{ webhook: { preconfigured: [{ label: "a" }] } }, "webhook.preconfigured.0.type"],
  [{ webhook: { preconfigured: [{ label: "a", type: "b c" }] } }, "webhook.preconfigured.0.type"],
  [{ webhook: { preconfigured: [{ label: "a", type: "b", uri: "x" }] } }, "webhook.preconfigured.0"],
  [
    { job: { preconfigured: { script: [{ label: "a", type: "b", parameters: [{}] }] } } },
    "job.preconfigured.script.0.parameters.0.name",
  ],
  [
    { monitoredDeploy: { deploymentMonitors: [{ id: "a", baseUrl: "file:///x" }] } },
    "monitoredDeploy.deploymentMonitors.0.baseUrl",
  ],
  [{ script: { commands: ["ls"] } }, "script.commands.0"],
  [{ script: { interpreters: { sh: [] } } }, "script.interpreters.sh"],
  [{ waitForCondition: { clusters: "app" } }, "waitForCondition.clusters"],
])("%j is refused at %s", (value, path) => {
  const read = z.object(stageSettings).safeParse(value);
  expect(read.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});
