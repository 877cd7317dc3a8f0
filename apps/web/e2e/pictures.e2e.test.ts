import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newContext, startBrowser } from "./browser.ts";
import { clusters } from "./scene/clusters.ts";
import { serveScene } from "./scene/serve-scene.ts";
import { startServer } from "./server.ts";

const folder = fileURLToPath(new URL("../../../docs/images/", import.meta.url));

/** The pictures of the README are written anew only when asked for: `GENNAKER_UPDATE_IMAGES=1`. */
test.runIf(process.env["GENNAKER_UPDATE_IMAGES"] === "1")("pictures for the documentation", async () => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const context = await newContext(browser, { width: 1280, height: 1060 });
    await serveScene(context, { "/applications/shop/clusters": clusters });
    await context.addInitScript(() => sessionStorage.setItem("gennaker.no-authentication-notice", "hidden"));
    const page = await context.newPage();
    mkdirSync(folder, { recursive: true });
    await page.goto(`${server.url}/ui/applications/shop/executions/01CANARYRUN`);
    await page.locator(".u-wrap").waitFor();
    await page.locator(".react-flow__node").first().waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, "ui-execution.png") });
    await page.setViewportSize({ width: 1280, height: 640 });
    await page.goto(`${server.url}/ui/applications/shop`);
    await page.locator("section[aria-label=shop-prod-canary]").waitFor();
    const picture = await page.screenshot({ path: join(folder, "ui-clusters.png") });
    expect(picture.length).toBeGreaterThan(10_000);
  } finally {
    await browser.close();
    await server.stop();
  }
});
