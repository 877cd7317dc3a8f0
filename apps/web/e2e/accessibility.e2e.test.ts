import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser, type Look } from "./browser.ts";
import { pauses } from "./scene/operations.ts";
import { serveScene, type SceneChanges } from "./scene/serve-scene.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser };

beforeAll(async () => {
  scene.server = await startServer();
  scene.browser = await startBrowser();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

type State = { path: string; ready: string; changes?: SceneChanges; prepare?: (page: Page) => Promise<void> };

const states: Record<string, State> = {
  applications: { path: "", ready: "main ul a" },
  help: {
    path: "",
    ready: "main ul a",
    prepare: async (page) => {
      await page.locator("header button").last().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "clusters, one open": {
    path: "applications/shop",
    ready: "section[aria-label=shop-lab]",
    prepare: async (page) => {
      await page.locator("section[aria-label=shop-lab] button[aria-expanded]").first().click();
      await page.locator("table").first().waitFor();
    },
  },
  "server group menu": {
    path: "applications/shop",
    ready: "section[aria-label=shop-lab]",
    prepare: async (page) => {
      await page.locator("section[aria-label=shop-prod] button[aria-haspopup=menu]").first().click();
      await page.getByRole("menu").waitFor();
    },
  },
  "destroy dialog": {
    path: "applications/shop",
    ready: "section[aria-label=shop-lab]",
    async prepare(page) {
      await page.locator("section[aria-label=shop-prod] button[aria-haspopup=menu]").first().click();
      await page.getByRole("menuitem").last().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  logs: {
    path: "applications/shop",
    ready: "section[aria-label=shop-lab]",
    async prepare(page) {
      await page.locator("section[aria-label=shop-prod] button[aria-expanded]").first().click();
      await page.locator("table button").first().click();
      await page.getByText("listening on 23200").waitFor();
    },
  },
  "no clusters": {
    path: "applications/shop",
    ready: "main h2 >> nth=1",
    changes: { "/applications/shop/clusters": [] },
  },
  "load balancers": { path: "applications/shop/load-balancers", ready: "table" },
  pipelines: { path: "applications/shop/pipelines", ready: "h3" },
  "start dialog": { path: "applications/shop/pipelines?start=ship", ready: "[role=dialog] form" },
  "pipeline editor": { path: "applications/shop/pipelines?edit=ship", ready: "[role=dialog] textarea" },
  executions: { path: "applications/shop/executions", ready: "main li" },
  "no executions": {
    path: "applications/shop/executions?status=failed",
    ready: "main h2 >> nth=1",
    changes: { "/executions": [] },
  },
  "running canary": { path: "applications/shop/executions/01CANARYRUN?view=graph", ready: ".u-wrap" },
  "failed canary as list": { path: "applications/shop/executions/01FAILEDRUN?view=list", ready: ".u-wrap" },
  decision: { path: "applications/shop/executions/01JUDGEDRUN?view=graph", ready: ".react-flow__node" },
  "every stage status": { path: "applications/shop/executions/01MOTLEYRUN?view=graph", ready: ".react-flow__node" },
  "canceled operation": { path: "applications/shop/executions/01CANCELEDRUN?view=graph", ready: ".react-flow__node" },
  "canary configs": { path: "applications/shop/canary-configs?config=shop-canary", ready: "table" },
  "runs by a filter": {
    path: "applications/shop/executions?user=jiwoo&from=2026-01-01T00:00:00.000Z",
    ready: "main li a",
  },
  "history of a run": {
    path: "applications/shop/executions/01JUDGEDRUN?view=history&at=3",
    ready: "[aria-current=step]",
  },
  freezes: { path: "freezes", ready: "main h3", changes: { "/engine/pause": pauses } },
  "paused application": {
    path: "applications/shop",
    ready: "section[aria-label=shop-lab]",
    changes: { "/engine/pause": pauses },
  },
  "freeze dialog": { path: "freezes?edit=Year end", ready: "[role=dialog] fieldset" },
  "dry run": {
    path: `applications/shop/pipelines/ship/dry-run?parameters=${encodeURIComponent("{}")}`,
    ready: "ol h3",
  },
  versions: { path: "applications/shop/pipelines/ship/versions", ready: "table" },
  "what a pipeline lacks": {
    path: "applications/shop/pipelines",
    ready: "[data-state=blocked]",
    async prepare(page) {
      await page.locator("[data-state=blocked]").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  projects: { path: "projects", ready: "main ul a" },
  project: { path: "projects/Waterfront", ready: "main section ul a" },
  "project dialog": { path: "projects/Waterfront?edit=this", ready: "[role=dialog] fieldset" },
  import: { path: "import", ready: "section ul" },
  loading: {
    path: "applications/shop",
    ready: "output[aria-label]",
    changes: { "/applications/shop/clusters": "never" },
  },
  error: {
    path: "applications/shop/load-balancers",
    ready: "[role=alert]",
    changes: { "/applications/shop/load-balancers": "broken" },
  },
  "missing application": { path: "applications/nobody", ready: "main h1 + div" },
};

async function open(look: Look, state: State): Promise<Page> {
  const context = await newContext(scene.browser, look);
  await serveScene(context, state.changes);
  const page = await context.newPage();
  await page.goto(`${scene.server.url}/ui/${state.path}`);
  await page.locator(state.ready).first().waitFor();
  await state.prepare?.(page);
  return page;
}

describe.each([
  ["English, light", { language: "en", scheme: "light" }],
  ["Korean, dark", { language: "ko", scheme: "dark" }],
] as const)("axe finds nothing in %s", (_name, look) => {
  test.each(Object.entries(states))("%s", async (_state, state) => {
    const page = await open(look, state);
    expect(await page.locator("html").getAttribute("lang")).toBe(look.language);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect
      .poll(() => scrollsSideways(page), { message: "wider than a window of 360 pixels", timeout: 3_000 })
      .toBe(false);
    await page.context().close();
  });
});
