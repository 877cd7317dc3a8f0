import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { startServer, type TestServer } from "./server.ts";
import { tide } from "./tide.ts";

/** What a person does beside starting and judging, on the real server with real processes, without one reload. */
const scene = {} as { server: TestServer; browser: Browser; page: Page; shipping: Awaited<ReturnType<typeof tide>> };

const steps = {
  application: "tide",
  name: "Steps",
  stages: [
    { refId: "1", requisiteStageRefIds: [], type: "wait", name: "First", waitTime: 3 },
    { refId: "2", requisiteStageRefIds: ["1"], type: "wait", name: "Second", waitTime: 1 },
  ],
};

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${scene.server.url}/api/v1${path}`, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : await answer.json();
}

beforeAll(async () => {
  scene.server = await startServer();
  scene.shipping = await tide();
  await call("PUT", "/applications/tide", { email: "a@example.com", trafficGuards: [] });
  await call("POST", "/pipelines", scene.shipping.document);
  await call("POST", "/pipelines", steps);
  scene.browser = await startBrowser();
  scene.page = await (await newContext(scene.browser)).newPage();
  scene.page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
  scene.shipping?.remove();
});

/** Waits for the state beside the run's name; if another comes, the page says why. */
async function headState(page: Page, state: string): Promise<void> {
  try {
    await page.locator("h1 + output", { hasText: state }).waitFor();
  } catch (error) {
    throw new Error(`no ${state}: ${await page.locator("main").innerText()}`, { cause: error });
  }
}

/** Opens a tab of the application; from a run, by the way back to the application. */
async function open(page: Page, tab: "Clusters" | "Pipelines"): Promise<void> {
  if (page.url().includes("/executions/")) await page.getByRole("link", { name: "tide", exact: true }).click();
  await page.getByRole("link", { name: new RegExp(`^${tab}`) }).click();
}

async function choose(page: Page, of: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${of}`, exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function ship(page: Page): Promise<void> {
  await open(page, "Pipelines");
  await page.getByRole("button", { name: "Start Ship" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
  await page.waitForURL("**/executions/**");
  await headState(page, "Succeeded");
}

/** What the link to an operation's run begins with. */
const links = {
  Resize: /^Resize tide/,
  "Take out of traffic": /^Disable tide/,
  "Put into traffic": /^Enable tide/,
  "Roll back the cluster": /^Roll back tide/,
  Destroy: /^Destroy tide/,
};

/** Does an operation, follows the link to its run until it succeeded, and comes back to the clusters. */
async function operate(page: Page, group: string, item: keyof typeof links, fill: (dialog: Locator) => Promise<void>) {
  await open(page, "Clusters");
  await choose(page, group, item);
  const dialog = page.getByRole("dialog");
  await fill(dialog);
  await page.getByRole("link", { name: links[item] }).last().click();
  await headState(page, "Succeeded");
  await open(page, "Clusters");
}

const row = (page: Page, name: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("button", { name: `Actions for ${name}` }) });

describe("server groups", () => {
  test("two versions are shipped and seen with their traffic", async () => {
    const { page, server } = scene;
    await page.goto(`${server.url}/ui/applications/tide/pipelines`);
    await page.evaluate(() => Object.assign(window, { stillHere: true }));
    await ship(page);
    await ship(page);
    await open(page, "Clusters");
    await row(page, "tide-web-v001").last().getByText("newest", { exact: true }).waitFor();
    await row(page, "tide-web-v000").last().getByText("disabled", { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("one is resized, with the reason in the audit log", async () => {
    const { page } = scene;
    await operate(page, "tide-web-v001", "Resize", async (dialog) => {
      await dialog.getByLabel("Number of instances").fill("2");
      await dialog.getByLabel("Reason").fill("spring tide");
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Resize" }).click();
    });
    await row(page, "tide-web-v001").last().getByText("2 up").waitFor();
    const entries = (await call("GET", "/audit?limit=50")) as { reason?: string | null }[];
    expect(entries.map(({ reason }) => reason)).toContain("spring tide");
  });

  test("one is taken out of traffic after a warning, and put back", async () => {
    const { page } = scene;
    await operate(page, "tide-web-v001", "Take out of traffic", async (dialog) => {
      await dialog.getByText("It serves traffic now.").waitFor();
      await dialog.getByRole("button", { name: "Take out of traffic" }).click();
    });
    await row(page, "tide-web-v001").last().getByText("disabled", { exact: true }).waitFor();
    await operate(page, "tide-web-v001", "Put into traffic", (dialog) =>
      dialog.getByRole("button", { name: "Put into traffic" }).click(),
    );
    await row(page, "tide-web-v001").last().getByText("disabled", { exact: true }).waitFor({ state: "detached" });
  });

  test("the logs of an instance are followed, and stop when asked to", async () => {
    const { page } = scene;
    await page.getByRole("button", { name: "Show details of tide-web-v001" }).click();
    await page.getByRole("button", { name: "Logs" }).first().click();
    const drawer = page.getByRole("dialog", { name: /Logs of tide-web-v001/ });
    await drawer.getByText("Following new lines").waitFor();
    const lines = async () => (await drawer.locator("pre").innerText()).split("\n").length;
    const before = await lines();
    await expect.poll(lines, { timeout: 30_000 }).toBeGreaterThan(before + 3);
    expect(await axeFindings(page)).toEqual([]);
    await drawer.getByRole("switch", { name: "Follow" }).click();
    await drawer.getByText("The last 500 lines").waitFor();
    await drawer.getByText(/listens on \d+/).waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
  });

  test("a cluster is rolled back to the version before", async () => {
    const { page } = scene;
    await operate(page, "tide-web-v001", "Roll back the cluster", (dialog) =>
      dialog.getByRole("button", { name: "Roll back" }).click(),
    );
    await row(page, "tide-web-v001").last().getByText("disabled", { exact: true }).waitFor();
    await row(page, "tide-web-v000").last().getByText("disabled", { exact: true }).waitFor({ state: "detached" });
  });

  test("a refused operation says why, and changes nothing", async () => {
    const { page } = scene;
    await call("PUT", "/applications/tide", {
      email: "a@example.com",
      trafficGuards: [{ account: "local", location: "*", stack: "*", detail: "*", enabled: true }],
    });
    await choose(page, "tide-web-v000", "Take out of traffic");
    await page.getByRole("dialog").getByRole("button", { name: "Take out of traffic" }).click();
    await page.getByRole("link", { name: "Disable tide-web-v000" }).click();
    await headState(page, "Failed");
    await page
      .getByText(/traffic guard/i)
      .first()
      .waitFor();
    await call("PUT", "/applications/tide", { email: "a@example.com", trafficGuards: [] });
    await open(page, "Clusters");
    expect(await row(page, "tide-web-v000").last().getByText("disabled", { exact: true }).count()).toBe(0);
  });

  test("an application with server groups is not deleted, and says so", async () => {
    const { page } = scene;
    await choose(page, "tide", "Delete application");
    const dialog = page.getByRole("dialog", { name: "Delete tide?" });
    await dialog.getByLabel("Type tide to confirm").fill("tide");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await dialog.getByText("That did not work").waitFor();
    await page.keyboard.press("Escape");
  });

  test.each(["tide-web-v001", "tide-web-v000"])("%s is destroyed only after its name is typed", async (group) => {
    const { page } = scene;
    await operate(page, group, "Destroy", async (dialog) => {
      const button = dialog.getByRole("button", { name: "Destroy" });
      expect(await button.isDisabled()).toBe(true);
      await dialog.getByLabel(`Type ${group} to confirm`).fill(group);
      await button.click();
    });
    await page.getByRole("button", { name: `Actions for ${group}`, exact: true }).waitFor({ state: "detached" });
  });
});

describe("runs and pipelines", () => {
  test("a run is paused and resumed", async () => {
    const { page } = scene;
    await open(page, "Pipelines");
    await page.getByRole("button", { name: "Start Steps" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    await page.waitForURL("**/executions/**");
    await page.getByRole("button", { name: "Pause" }).click();
    await headState(page, "Paused");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Resume" }).click();
    await headState(page, "Succeeded");
  });

  test("a stage is run again, with everything after it", async () => {
    const { page } = scene;
    await page.getByRole("button", { name: "Second" }).click();
    await page.getByRole("button", { name: "Restart from here" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restart from here" }).click();
    await headState(page, "Running");
    await headState(page, "Succeeded");
  });

  test("the whole run is started again", async () => {
    const { page } = scene;
    const before = page.url();
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("dialog", { name: "Run Steps again" }).getByRole("button", { name: "Start" }).click();
    await page.waitForURL((url) => url.href !== before && url.pathname.includes("/executions/"));
    await headState(page, "Succeeded");
  });

  test("a pipeline is disabled, enabled and deleted", async () => {
    const { page } = scene;
    await open(page, "Pipelines");
    const startSteps = page.getByRole("button", { name: "Start Steps" });
    await choose(page, "Steps", "Disable");
    await expect.poll(() => startSteps.isDisabled(), { timeout: 20_000 }).toBe(true);
    await choose(page, "Steps", "Enable");
    await expect.poll(() => startSteps.isEnabled(), { timeout: 20_000 }).toBe(true);
    await choose(page, "Steps", "Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Steps", exact: true }).waitFor({ state: "detached" });
    expect(await page.evaluate(() => "stillHere" in window)).toBe(true);
  });

  test("an application without server groups is deleted, and its past runs stay", async () => {
    const { page } = scene;
    const items = (await call("GET", "/executions?application=tide&limit=5")) as { id: string }[];
    await choose(page, "tide", "Delete application");
    const dialog = page.getByRole("dialog", { name: "Delete tide?" });
    await dialog.getByLabel("Type tide to confirm").fill("tide");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("There is nothing to deliver yet").waitFor();
    expect(await call("GET", `/executions/${items[0]?.id}`)).toMatchObject({ id: items[0]?.id });
  });
});
