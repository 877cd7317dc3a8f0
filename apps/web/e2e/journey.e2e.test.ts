import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; context: BrowserContext; page: Page };

const gate = {
  name: "Gate",
  application: "harbour",
  parameterConfig: [
    { name: "version", label: "Version to ship", required: true },
    { name: "size", label: "Size", options: [{ value: "small" }, { value: "large" }], default: "small" },
  ],
  stages: [
    { refId: "1", requisiteStageRefIds: [], type: "wait", name: "Wait first", waitTime: 600 },
    {
      refId: "2",
      requisiteStageRefIds: ["1"],
      type: "manualJudgment",
      name: "Go on?",
      instructions: "Is it safe?",
      judgmentInputs: [{ value: "calm" }, { value: "storm" }],
    },
    { refId: "3", requisiteStageRefIds: ["2"], type: "wait", name: "Settle", waitTime: 1 },
  ],
};

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  scene.context = await newContext(scene.browser);
  scene.page = await scene.context.newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

describe("from nothing to a judged run, on the real server", () => {
  test("an empty server says what to do, and an application is created", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/`);
    await page.getByText("npm run demo").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "New application" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New application" });
    await dialog.getByRole("button", { name: "Create application" }).click();
    await dialog.getByText("Please fill this in.").waitFor();
    await dialog.getByLabel("Name").fill("no good name");
    await dialog.getByText("Use only letters").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByLabel("Name").fill("Harbour");
    await dialog.getByLabel("What is it for?").fill("Boats");
    await dialog.getByRole("button", { name: "Create application" }).click();
    await page.waitForURL("**/applications/harbour/pipelines");
    await page.getByText("No pipelines yet").waitFor();
  });

  test("the server's problems with a pipeline are shown by their places; mended, it is saved", async () => {
    const { page } = scene;
    await page.getByRole("button", { name: "New pipeline" }).click();
    const dialog = page.getByRole("dialog", { name: "New pipeline" });
    const document = dialog.getByLabel("Document");
    await document.fill("{ no json");
    await dialog.getByText("This is no JSON").waitFor();
    const bad = { ...gate, stages: [{ ...gate.stages[0], waitTime: { no: "number" } }, ...gate.stages.slice(1)] };
    await document.fill(JSON.stringify(bad, null, 2));
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("It cannot be saved like this").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "/stages/0/waitTime" }).first().click();
    const marked = await document.evaluate((area) => {
      const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd).replace(/\s/g, "");
    });
    expect(marked).toBe('{"no":"number"}');
    await document.fill(JSON.stringify(gate, null, 2));
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Gate" }).waitFor();
  });

  test("a run is started, its wait skipped, judged and seen to end without a reload", async () => {
    const { page } = scene;
    await page.getByRole("button", { name: "Start Gate" }).click();
    const dialog = page.getByRole("dialog", { name: "Start Gate" });
    await dialog.getByRole("button", { name: "Start" }).click();
    await dialog.getByText("Please fill this in.").waitFor();
    await dialog.getByLabel("Version to ship").fill("7.1");
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.waitForURL("**/executions/**");
    await page.evaluate(() => Object.assign(window, { stillHere: true }));
    await page.getByText("7.1").waitFor();
    await page.getByText("Why it waits").waitFor();
    await page.getByText(/\d+ sec left/).waitFor();
    await page.getByRole("button", { name: "Skip the rest of the wait" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Skip the rest of the wait" }).click();
    await page.getByText("Your decision is needed").waitFor();
    await page.getByText("Is it safe?", { exact: true }).waitFor();
    expect(await page.title()).toContain("Needs a decision");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("Answer").selectOption("storm");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator("h1 + output", { hasText: "Succeeded" }).waitFor();
    await page.getByRole("button", { name: "Go on?" }).click();
    await page.getByText("Continue (storm)").waitFor();
    expect(await page.evaluate(() => "stillHere" in window)).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
  });

  test("what another client does appears by itself", async () => {
    const { page, server } = scene;
    await page.getByRole("link", { name: "Executions" }).click();
    await page.getByRole("link", { name: "Gate" }).first().waitFor();
    const pipelines = (await (await fetch(`${server.url}/api/v1/applications/harbour/pipelines`)).json()) as {
      id: string;
    }[];
    const before = await page.getByRole("link", { name: "Gate" }).count();
    const answer = await fetch(`${server.url}/api/v1/pipelines/${pipelines[0]?.id}/executions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ parameters: { version: "8" } }),
    });
    const { id } = (await answer.json()) as { id: string };
    await page.getByRole("link", { name: "Gate" }).nth(before).waitFor();
    await page.goto(`${server.url}/ui/applications/harbour/executions/${id}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByLabel("Why?").fill("wrong tide");
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await page.locator("h1 + output", { hasText: "Canceled" }).waitFor();
    await page.getByText("wrong tide").waitFor();
  });

  test("an unknown page, run and application are said to be missing", async () => {
    const { page, server } = scene;
    for (const path of ["nowhere/at/all", "applications/nobody", "applications/harbour/executions/01NOSUCHRUN"]) {
      await page.goto(`${server.url}/ui/${path}`);
      await page.getByRole("heading", { name: "Nothing here" }).waitFor();
      expect(await axeFindings(page), path).toEqual([]);
    }
  });

  test("a lost server is announced, and found again without a reload", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/harbour/pipelines`);
    await page.getByText("Live", { exact: true }).waitFor();
    const again = server.startAgain();
    await page.getByText("The connection to the server is lost.").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await again;
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("The connection to the server is lost.").waitFor({ state: "detached" });
  });
});
