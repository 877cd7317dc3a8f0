import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newContext, startBrowser } from "./browser.ts";
import { serveScene } from "./scene/serve-scene.ts";
import { judgedExecution } from "./scene/executions.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page };

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  const context = await newContext(scene.browser);
  await serveScene(context);
  scene.page = await context.newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");

/** Tab until the focused element's text begins so. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)).startsWith(text)) return;
  }
  throw new Error(`Tab does not reach "${text}"`);
}

test("the keyboard alone leads from the list to a decision", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("link", { name: "shop", exact: true }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  await tabTo(page, "shop");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/applications/shop");
  await page.getByRole("link", { name: "Executions" }).waitFor();
  await page.keyboard.press("4");
  await page.waitForURL("**/executions");
  await page.getByRole("link", { name: judgedExecution.name }).first().waitFor();
  await page.goto(`${server.url}/ui/applications/shop/executions/${judgedExecution.id}`);
  await page.getByText("Your decision is needed").waitFor();
  await page.keyboard.press("k");
  await page.waitForURL("**stage=**");
  await page.keyboard.press("v");
  await page.waitForURL("**view=list**");
  await page.keyboard.press("j");
  await page.getByText("Your decision is needed").waitFor();
  await tabTo(page, "Continue");
  const judged = page.waitForRequest((request) => request.url().endsWith("/judge"));
  await page.keyboard.press("Enter");
  expect((await judged).postDataJSON()).toMatchObject({ decision: "continue" });
});

test("? explains the shortcuts, / goes to the search, and they can be switched off", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("link", { name: "shop", exact: true }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("boat?");
  await page.getByText("No application matches").waitFor();
  await page.keyboard.press("Escape");
  await page.goto(`${server.url}/ui/`);
  await page.getByRole("link", { name: "shop", exact: true }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.getByLabel("Single-key shortcuts").press("Space");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.waitForTimeout(200);
  expect(await page.getByRole("dialog").count()).toBe(0);
});
