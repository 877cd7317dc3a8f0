import { readFileSync } from "node:fs";
import { startFakeGate, type FakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page; gate: FakeGate };
const pipeline = {
  id: "trim",
  name: "Trim",
  application: "keel",
  expectedArtifacts: [{ id: "a", usePriorExecution: true }],
  stages: [{ refId: "1", requisiteStageRefIds: [], type: "wait", name: "Steady", waitTime: 5 }],
};
const execution = (id: string, waitTime: number) => ({
  id,
  status: "SUCCEEDED",
  startTime: 1_790_000_000_000,
  trigger: { type: "manual", parameters: {} },
  stages: [{ id: `${id}-1`, refId: "1", type: "wait", name: "Steady", status: "SUCCEEDED", context: { waitTime } }],
});

beforeAll(async () => {
  scene.gate = await startFakeGate({
    requires: { header: "authorization", value: "Bearer T" },
    applications: { keel: { pipelines: ['{"id":"there","name":"Trim"}'] } },
    executions: [JSON.stringify(execution("01SAME", 5)), JSON.stringify(execution("01OTHER", 60))],
  });
  scene.server = await startServer();
  scene.browser = await startBrowser();
  await call(scene.server, "POST", "/import", { items: [{ source: "keel.json", document: pipeline }] });
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
  await scene.gate?.close();
});

test("a pipeline is compared with a running Spinnaker, there beside here; the comparison is kept", async () => {
  const { page, server, gate } = scene;
  await page.goto(`${server.url}/ui/applications/keel/pipelines`);
  await page.getByRole("button", { name: "Actions for Trim" }).click();
  await page.getByRole("menuitem", { name: "Compare with Spinnaker" }).click();
  await page.getByText("Nothing was compared yet.").waitFor();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByText("Say where Gate is.").waitFor();
  await page.getByLabel("Address of Gate").fill(gate.url);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("alert").getByText("it wants a login").waitFor();
  await page.getByLabel("Authorization (optional)").fill("Bearer T");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByText("1 of 2 executions would go the same way here.").waitFor();
  const row = page.getByRole("row", { name: "Steady (1)" });
  await row.getByText("/waitTime").waitFor();
  expect(await row.locator("pre").allTextContents()).toEqual(["5", "60", "5"]);
  expect(await axeFindings(page)).toEqual([]);
  await page.reload();
  await row.getByText("/waitTime").waitFor();
  const history = page.getByRole("region", { name: "Earlier comparisons" });
  await history.getByRole("link", { name: "1 of 2 the same" }).waitFor();
  await history.getByText(gate.url).waitFor();
});

test("executions come from files, too, and by the keyboard alone; what is none is said", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/applications/keel/pipelines/trim/shadow`);
  await page.getByText("from files").click();
  const field = page.getByLabel("Choose executions");
  const file = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await field.setInputFiles(file("page.json", "<html></html>"));
  await page.getByText("page.json holds no execution in JSON.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await field.setInputFiles(file("runs.json", JSON.stringify([execution("01FILE", 5)])));
  await page.getByText("1 execution is chosen").waitFor();
  await field.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("1 of 1 execution would go the same way here.").waitFor();
  const history = page.getByRole("region", { name: "Earlier comparisons" });
  await history.getByText("runs.json").waitFor();
  await history.getByRole("link", { name: "1 of 2 the same" }).click();
  await page.getByText("1 of 2 executions would go the same way here.").waitFor();
});

test("a pipeline, an application and everything are downloaded, as received and as kept", async () => {
  const { page, server } = scene;
  const download = async () => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    return [file.suggestedFilename(), readFileSync(await file.path(), "utf8")] as const;
  };
  await page.goto(`${server.url}/ui/applications/keel/pipelines`);
  await page.getByRole("button", { name: "Actions for Trim" }).click();
  await page.getByRole("menuitem", { name: "Export" }).click();
  await page.getByText("The file is called keel-Trim.json.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const [name, text] = await download();
  expect([name, (JSON.parse(text) as { items: { document: unknown }[] }).items[0]?.document]).toEqual([
    "keel-Trim.json",
    pipeline,
  ]);
  await page.getByLabel("As it is kept here").check();
  expect((await download())[1]).toContain('"usePriorArtifact":true');
  await page.getByLabel("An application with all that is its own").check();
  const [whole, documents] = await download();
  expect([whole, documents.includes('"kind":"application"')]).toEqual(["keel-as-kept.json", true]);
  await page.getByLabel("Everything that you may read").check();
  const [all, lines] = await download();
  expect([all, lines.trimEnd().split("\n").length]).toEqual(["gennaker-as-kept.jsonl", 2]);
});

test("both pages are whole in Korean and on a narrow screen", async () => {
  const context = await newContext(scene.browser, { language: "ko", width: 360 });
  const page = await context.newPage();
  for (const [path, title] of [
    ["applications/keel/pipelines/trim/shadow", "Trim: 여기에서도 똑같이 실행될까요?"],
    ["export", "내보내기"],
  ] as const) {
    await page.goto(`${scene.server.url}/ui/${path}`);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  }
  await context.close();
});
