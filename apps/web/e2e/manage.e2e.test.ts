import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page; pipeline: string };
type Saved = { id: string; document: Record<string, unknown> };

const document = {
  name: "Raise",
  application: "mast",
  description: "Raises the sail.",
  parameterConfig: [{ name: "sail", label: "Which sail", required: true }],
  stages: [
    { refId: "1", requisiteStageRefIds: [], type: "wait", name: "Turn", waitTime: 1 },
    {
      refId: "2",
      requisiteStageRefIds: ["1"],
      type: "webhook",
      name: "Signal",
      url: "http://signal.example/${parameters.sail}",
      method: "POST",
      payload: { wind: "${#stage('Turn').context.wind}" },
    },
  ],
};

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  await call(scene.server, "PUT", "/applications/mast", { description: "What carries the sail" });
  const first = await call<Saved>(scene.server, "POST", "/pipelines", document);
  scene.pipeline = first.id;
  await call(scene.server, "POST", "/pipelines", { ...first.document, id: first.id, description: "Raises any sail." });
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

test("a dry run shows what each stage would do, what is known only later, and starts nothing", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/applications/mast/pipelines`);
  await page.getByRole("link", { name: "Dry run of Raise" }).click();
  await page.getByText("Choose the parameters").waitFor();
  await page.getByRole("button", { name: "Run dry" }).click();
  await page.getByText("Please fill this in.").waitFor();
  await page.getByLabel("Which sail").fill("gennaker");
  await page.getByRole("button", { name: "Run dry" }).click();
  await page.getByText("A run with these parameters can start.").waitFor();
  const stage = page.locator("li", { has: page.getByRole("heading", { name: "Signal" }) });
  await stage.getByText("POST http://signal.example/gennaker").waitFor();
  await stage.getByText("/payload/wind").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.reload();
  await stage.getByText("POST http://signal.example/gennaker").waitFor();
  expect(await call(server, "GET", "/executions?application=mast")).toEqual([]);
});

test("the versions of a pipeline are compared, and an older one is put into force again", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/applications/mast/pipelines`);
  await page.getByRole("button", { name: "Actions for Raise" }).click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  const row = page.getByRole("row", { name: "description" });
  await row.getByText("Raises the sail.").waitFor();
  await row.getByText("Raises any sail.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("link", { name: "Version 1" }).click();
  await page.getByRole("button", { name: "Restore this version" }).click();
  await page
    .getByRole("dialog", { name: "Restore version 1?" })
    .getByRole("button", { name: "Restore this version" })
    .click();
  await page.getByRole("link", { name: "Version 3" }).waitFor();
  const saved = await call<Saved>(server, "GET", `/pipelines/${scene.pipeline}`);
  expect(saved.document["description"]).toBe("Raises the sail.");
});

test("a project is made, shows its pipelines, is changed and deleted", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("link", { name: "Projects" }).click();
  await page.getByText("No projects yet").waitFor();
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await dialog.getByLabel("Name").fill("Rigging");
  await dialog.getByLabel("mast", { exact: true }).check();
  await dialog.getByLabel("Raise (mast)").check();
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.waitForURL("**/projects/Rigging");
  const section = page.getByRole("region", { name: "mast" });
  await section.getByText("What carries the sail").waitFor();
  await section.getByRole("link", { name: "Raise" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Rigging" });
  await edit.getByLabel("Raise (mast)").uncheck();
  await edit.getByRole("button", { name: "Save" }).click();
  await section.getByText("No pipelines of it are shown.").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No projects yet").waitFor();
  expect(await call(server, "GET", "/projects")).toEqual([]);
});

test("documents are checked, an account is mapped, then they are imported, and readiness says what is left", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/import`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("Choose files or paste a document first.").waitFor();
  const place = { account: "far-away", region: "local", cloudProvider: "hosts", application: "hull", stack: "wet" };
  const what = { artifact: { type: "host/directory", reference: "/srv/hull" }, command: ["./float"] };
  const clusters = [{ ...place, ...what, strategy: "redblack", capacity: { min: 1, max: 1, desired: 1 } }];
  const pipeline = { name: "Launch", application: "hull", stages: [{ refId: "1", type: "deploy", clusters }] };
  await page.getByLabel("Choose files").setInputFiles({
    name: "launch.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(pipeline)),
  });
  await page
    .getByLabel("Pasted document")
    .fill('{"name": "Float", "application": "hull", "stages": [{"type": "jenkins"}]}');
  await page.getByRole("button", { name: "Check" }).click();
  const report = page.getByRole("region", { name: "What would be done" });
  await report.getByText('the account "far-away" is not configured here').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await call(server, "GET", "/applications/hull/pipelines").catch(() => [])).toEqual([]);
  await page.getByLabel("far-away is called here").selectOption("local");
  await page.getByRole("button", { name: "Check again" }).click();
  await report.getByText('the account "far-away" is not configured here').waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Import 2 items" }).click();
  const done = page.getByRole("region", { name: "What was done" });
  await done.getByRole("link", { name: "Open the pipelines Float" }).click();
  const badge = page.getByRole("button", { name: /what Float still lacks/ });
  await badge.click();
  await page.getByRole("dialog", { name: "Is Float ready?" }).getByText("It cannot run yet.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const saved = await call<Saved[]>(server, "GET", "/applications/hull/pipelines");
  expect(JSON.stringify(saved)).toContain('"account":"local"');
});
