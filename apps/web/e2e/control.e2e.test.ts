import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call, untilStatus } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page; pipeline: string };

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  await call(scene.server, "PUT", "/applications/lock", {});
  const document = {
    name: "Gate up",
    application: "lock",
    stages: [{ refId: "1", requisiteStageRefIds: [], type: "wait", name: "Fill", waitTime: 0 }],
  };
  scene.pipeline = (await call<{ id: string }>(scene.server, "POST", "/pipelines", document)).id;
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

const status = async (id: string) => (await call<{ status: string }>(scene.server, "GET", `/executions/${id}`)).status;
const start = async () =>
  (await call<{ id: string }>(scene.server, "POST", `/pipelines/${scene.pipeline}/executions`, {})).id;

test("an application is paused with a reason, which every page says, and goes on again", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/applications/lock/pipelines`);
  await page.getByRole("button", { name: "Actions for lock" }).click();
  await page.getByRole("menuitem", { name: "Pause runs" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause the runs of lock?" });
  await dialog.getByLabel("Reason").fill("high water");
  await dialog.getByRole("button", { name: "Pause runs" }).click();
  await page.getByText("Application lock is paused by").waitFor();
  await page.getByText("Reason: high water").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const id = await start();
  await page.goto(`${server.url}/ui/applications/lock/executions/${id}`);
  await page.getByText("Why it waits").waitFor();
  await page.getByText(/Application lock is paused by .+ since .+ \(high water\)/).waitFor();
  await page.goto(`${server.url}/ui/freezes`);
  await page.getByText("1 application is paused:").waitFor();
  const held = page.getByRole("region", { name: "Held now" });
  await held.getByRole("link", { name: "Gate up" }).waitFor();
  expect(await status(id)).not.toBe("SUCCEEDED");
  await page.getByRole("button", { name: "Resume lock" }).click();
  await page.getByRole("dialog", { name: "Resume lock" }).getByRole("button", { name: "Resume" }).click();
  await page.getByText("The engine runs. No application is paused.").waitFor();
  await untilStatus(server, id, "SUCCEEDED");
  await page.getByText("No run is held by a pause or a freeze.").waitFor();
});

test("the whole engine is paused by another client, and resumed from the banner", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("link", { name: "lock", exact: true }).waitFor();
  await call(server, "PUT", "/engine/pause", { paused: true, reason: "dam check" });
  await page.getByText("The whole engine is paused by").waitFor();
  await page.getByText("Reason: dam check").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Resume the engine" }).click();
  await page.getByRole("dialog", { name: "Resume the engine" }).getByRole("button", { name: "Resume" }).click();
  await page.getByText("The whole engine is paused by").waitFor({ state: "detached" });
  expect(await call(server, "GET", "/engine/pause")).toMatchObject({ paused: false });
});

const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 16);

test("a freeze is made, holds a run that says why, lets it through by an exception, and is deleted", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/freezes`);
  await page.getByText("No freeze calendar yet").waitFor();
  await page.getByRole("button", { name: "New calendar" }).click();
  const dialog = page.getByRole("dialog", { name: "New calendar" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Please fill this in.").waitFor();
  await dialog.getByLabel("Name").fill("Regatta");
  await dialog.getByLabel("Holds").selectOption("starts");
  await dialog.getByLabel("Kind of period").selectOption("once");
  await dialog.getByLabel("From").fill("2020-01-01T00:00");
  await dialog.getByLabel("To", { exact: true }).fill("2019-01-01T00:00");
  await dialog.getByLabel("Reason").fill("boats everywhere");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("is not later than").first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByLabel("To", { exact: true }).fill(nextMonth);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  const card = page.locator("li", { has: page.getByRole("heading", { name: "Regatta" }) });
  await card.getByText("Freezes now, until").waitFor();

  const id = await start();
  const held = page.getByRole("region", { name: "Held now" });
  await held.getByText('Frozen by the calendar "Regatta"').waitFor();
  await held.getByRole("link", { name: "Gate up" }).click();
  await page.getByText('Frozen by the calendar "Regatta"').first().waitFor();
  await page.goBack();

  await card.getByRole("button", { name: "Add an exception to Regatta" }).click();
  const exception = page.getByRole("dialog", { name: "Add an exception to Regatta" });
  await exception.getByLabel("Kind").selectOption("execution");
  await exception.getByLabel("Name or id").fill(id);
  await exception.getByLabel("Reason").fill("the doctor's boat");
  await exception.getByRole("button", { name: "Add an exception" }).click();
  await card.getByText("the doctor's boat").waitFor();
  await untilStatus(server, id, "SUCCEEDED");
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => scrollsSideways(page), { timeout: 20_000 }).toBe(false);
  await page.setViewportSize({ width: 1360, height: 850 });

  await card.getByRole("button", { name: "Delete: Regatta" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No freeze calendar yet").waitFor();
});
