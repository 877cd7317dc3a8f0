import { readFile } from "node:fs/promises";
import { createExportCheck } from "@gennaker/contract/audit/export-lines.ts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page };

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
  await call(scene.server, "PUT", "/applications/quay", { email: "old@example.com" });
  await call(scene.server, "PUT", "/applications/quay", { email: "new@example.com" });
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

test("an entry shows what changed; a new one appears by itself", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/audit`);
  const row = page.locator("li", { hasText: "application.update" }).filter({ hasText: "application/quay" });
  await row.locator("summary").click();
  const changes = row.getByRole("table", { name: "What changed: application/quay" });
  await changes.getByRole("row", { name: /email/ }).getByText("old@example.com").waitFor();
  await changes.getByRole("row", { name: /email/ }).getByText("new@example.com").waitFor();
  await row.getByText("127.0.0.1").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await call(server, "PUT", "/applications/breakwater", {});
  await page.locator("li", { hasText: "application/breakwater" }).waitFor();
});

test("the filter is the address", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/audit`);
  await page.getByLabel("To what").fill("application/break*");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.locator("ol > li").nth(1).waitFor({ state: "detached" });
  await page.locator("ol > li", { hasText: "application/breakwater" }).waitFor();
  expect(new URL(page.url()).searchParams.get("resource")).toContain("application/break*");
  await page.getByLabel("Outcome").selectOption("denied");
  await page.getByRole("heading", { name: "No entry fits" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove all filters" }).first().click();
  await page.locator("ol > li", { hasText: "application/quay" }).first().waitFor();
});

test("the chain is verified, and exported as a file that is whole", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/audit`);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText(/Intact: \d+ sealed entries were compared/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("gennaker-audit.jsonl");
  const check = createExportCheck();
  for (const line of (await readFile(await download.path(), "utf8")).trimEnd().split("\n")) check.line(line);
  const result = check.end();
  expect(result).toMatchObject({ problems: [], findings: [] });
  expect(result.entries).toBeGreaterThan(2);
});

describe.each([
  ["English, light", { language: "en", scheme: "light" }],
  ["Korean, dark", { language: "ko", scheme: "dark" }],
] as const)("axe finds nothing in %s", (_name, look) => {
  test("with an entry open and on a narrow window", async () => {
    const page = await (await newContext(scene.browser, look)).newPage();
    await page.goto(`${scene.server.url}/ui/audit`);
    await page.locator("ol > li summary").first().click();
    await page.locator("ol > li dl").first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => scrollsSideways(page), { timeout: 3_000 }).toBe(false);
    await page.context().close();
  });
});
