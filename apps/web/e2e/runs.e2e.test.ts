import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call, untilStatus } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page; pipeline: string; runs: string[] };

const document = {
  name: "Ferry",
  application: "quay",
  parameterConfig: [{ name: "env", default: "lab" }],
  stages: [
    { refId: "1", requisiteStageRefIds: [], type: "wait", name: "Board", waitTime: 0 },
    { refId: "2", requisiteStageRefIds: ["1"], type: "wait", name: "Cross", waitTime: 0 },
  ],
};

async function started(pipeline: string, env: string): Promise<string> {
  const body = { parameters: { env } };
  const { id } = await call<{ id: string }>(scene.server, "POST", `/pipelines/${pipeline}/executions`, body);
  await untilStatus(scene.server, id, "SUCCEEDED");
  return id;
}

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  await call(scene.server, "PUT", "/applications/quay", {});
  scene.pipeline = (await call<{ id: string }>(scene.server, "POST", "/pipelines", document)).id;
  scene.runs = [];
  for (const env of ["lab", "prod", "lab"]) scene.runs.push(await started(scene.pipeline, env));
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

const rows = (page: Page) => page.locator("main li", { has: page.getByRole("link", { name: "Ferry" }) });
const count = (page: Page, n: number) =>
  expect.poll(() => rows(page).count(), { timeout: 20_000, message: `${n} runs in the list` }).toBe(n);

describe("runs are found", () => {
  test("by a parameter's value; the filter stands in the address and can be taken out again", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/quay/executions`);
    await count(page, 3);
    await page.getByText("3 runs shown").waitFor();
    await page.getByText("Ended runs are kept for ever.").waitFor();
    await page.getByRole("button", { name: "More filters" }).click();
    await page.getByRole("textbox", { name: "Parameters", exact: true }).fill("env=prod");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("parameters") === "env=prod");
    await count(page, 1);
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    await count(page, 1);
    await page.getByRole("button", { name: "Remove the filter Parameters: env=prod" }).click();
    await count(page, 3);
  });

  test("by words and by user; a filter that fits nothing says so", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/quay/executions?q=ferry`);
    await count(page, 3);
    await page.getByRole("searchbox").fill("submarine");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("No execution fits the filter.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await count(page, 3);
    await page.goto(`${server.url}/ui/applications/quay/executions?user=nobody`);
    await page.getByText("No execution fits the filter.").waitFor();
  });

  test("older ones are loaded by a cursor", async () => {
    const { page, server } = scene;
    const before = await call<{ id: string }[]>(server, "GET", "/executions?application=quay&limit=500");
    const more = 31 - before.length;
    for (let run = 0; run < more; run++)
      await call(server, "POST", `/pipelines/${scene.pipeline}/executions`, { parameters: { env: "many" } });
    await page.goto(`${server.url}/ui/applications/quay/executions`);
    await count(page, 30);
    await page.getByRole("button", { name: "Show older runs" }).click();
    await count(page, 31);
    await page.getByText("31 runs shown").waitFor();
  });
});

describe("a run's history", () => {
  test("is replayed step by step with the keyboard, and the address keeps the step", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/quay/executions/${scene.runs[0]}`);
    await page.locator("h1 + output", { hasText: "Succeeded" }).waitFor();
    await page.getByText("for ever").waitFor();
    await page.keyboard.press("h");
    await page.waitForURL((url) => url.searchParams.get("view") === "history");
    const list = page.getByRole("region", { name: "All steps" });
    await list.getByText('Stage "Cross" succeeded.', { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Home");
    await page.waitForURL((url) => url.searchParams.get("at") === "0");
    await page.getByText("Before the first step").first().waitFor();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => url.searchParams.get("at") === "1");
    await page.getByRole("slider", { name: "Step" }).waitFor();
    const began = list.getByText('Stage "Cross" began.', { exact: true });
    await began.click();
    await list.locator("[aria-current=step]", { hasText: 'Stage "Cross" began.' }).waitFor();
    // As it stood then: the first stage was done, the second had just begun.
    await page.locator(".react-flow__node", { hasText: "Board" }).getByText("Succeeded").waitFor();
    await page.locator(".react-flow__node", { hasText: "Cross" }).getByText("Running").waitFor();
    await page.reload();
    await page.locator(".react-flow__node", { hasText: "Cross" }).getByText("Running").waitFor();
  });

  test("a run is started again exactly as it was", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/quay/executions/${scene.runs[1]}`);
    await page.getByRole("button", { name: "Run again" }).click();
    const dialog = page.getByRole("dialog", { name: "Run Ferry again" });
    await dialog.getByLabel("What is run").selectOption("same");
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.waitForURL(
      (url) => url.pathname.includes("/executions/") && !url.pathname.endsWith(scene.runs[1] ?? ""),
    );
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await untilStatus(scene.server, id, "SUCCEEDED");
    const again = await call<{ trigger: { parameters: object } }>(server, "GET", `/executions/${id}`);
    expect(again.trigger.parameters).toMatchObject({ env: "prod" });
    await page.getByRole("button", { name: "Run again" }).click();
    await dialog.getByLabel("What is run").selectOption("change");
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.getByRole("dialog").getByLabel("env").waitFor();
    await page.keyboard.press("Escape");
  });
});
