import type { Browser } from "playwright-core";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newContext, startBrowser } from "./browser.ts";
import { application, clusters } from "./scene/clusters.ts";
import { serveScene } from "./scene/serve-scene.ts";
import { startServer, type TestServer } from "./server.ts";

const budgetBytes = 200 * 1024;
const scene = {} as { server: TestServer; browser: Browser };

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

test("the first route needs at most 200 KB, compressed", async () => {
  const context = await newContext(scene.browser);
  const page = await context.newPage();
  const sizes = new Map<string, number>();
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    if (!response.url().includes("/ui/")) return;
    reading.push(response.body().then((body) => void sizes.set(response.url(), gzipSync(body, { level: 9 }).length)));
  });
  await page.goto(`${scene.server.url}/ui/`);
  await page.getByText("npm run demo").waitFor();
  await Promise.all(reading);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect([...sizes.keys()].filter((url) => url.endsWith(".js")).length).toBeGreaterThan(2);
  expect(total).toBeLessThanOrEqual(budgetBytes);
  expect([...sizes.keys()].filter((url) => /stage-graph|series-plot/.test(url))).toEqual([]);
  await context.close();
});

test("answers carry a policy that allows no script or style in the page, and no other host", async () => {
  const answer = await fetch(`${scene.server.url}/ui/`);
  const html = await answer.text();
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
  expect(policy).not.toContain("unsafe");
  expect(html).not.toMatch(/<style|\sstyle=/);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
  expect(
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]).filter((url) => !url?.startsWith("/ui/")),
  ).toEqual([]);
});

test("a thousand clusters are shown in parts and all can be reached", async () => {
  const context = await newContext(scene.browser);
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    ...clusters[0],
    name: `cluster-${String(index).padStart(4, "0")}`,
  }));
  await serveScene(context, { "/applications/shop": application, "/applications/shop/clusters": many });
  const page = await context.newPage();
  await page.goto(`${scene.server.url}/ui/applications/shop`);
  await page.getByText("cluster-0000").waitFor();
  expect(await page.locator("section[aria-label^=cluster-]").count()).toBeLessThan(200);
  await page.getByRole("searchbox").fill("cluster-0999");
  await page.getByText("cluster-0999").waitFor();
  await context.close();
});
