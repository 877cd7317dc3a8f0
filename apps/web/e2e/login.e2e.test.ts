import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { startServer, type TestServer } from "./server.ts";

const password = "correct horse battery";
const scene = {} as { server: TestServer; browser: Browser; page: Page; violations: string[] };

/** Whatever the page's own policy keeps out, or any error of its scripts. */
async function watched(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (401|403|404)/.test(message.text()))
      scene.violations.push(message.text());
  });
  page.on("pageerror", (error) => scene.violations.push(error.message));
  return page;
}

beforeAll(async () => {
  scene.violations = [];
  // Behind a login nobody sees whether the UI is built already.
  await (await startServer()).stop();
  scene.server = await startServer({
    access: {
      local: true,
      breakGlass: { roles: ["firefighters"], minutes: 5 },
      twoPersons: [{ applications: ["vault"], stages: ["wait"] }],
    },
  });
  scene.browser = await startBrowser();
  scene.page = await watched(await newContext(scene.browser));
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
});

async function logIn(page: Page, name: string): Promise<void> {
  await page.goto(`${scene.server.url}/ui/`);
  await page.locator("#username").fill(name);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${scene.server.url}/ui/`);
}

test("the first administrator is made by keyboard with the one-time token, and lands in the UI", async () => {
  const { page, server } = scene;
  await page.goto(`${server.url}/ui/`);
  await page.waitForURL(/\/ui\/setup/);
  expect(await axeFindings(page)).toEqual([]);
  await page.locator("#token").focus();
  await page.keyboard.type(/one-time token: ([\w-]+)/.exec(server.output())?.[1] ?? "");
  await page.keyboard.press("Tab");
  await page.keyboard.type("boss");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  // A page that waits for the UI to be built loads itself again.
  await page.getByRole("link", { name: "boss" }).waitFor({ timeout: 120_000 });
  scene.violations.length = 0;
  // Nothing says any more that nobody logs in.
  expect(await page.getByText("No sign-in is configured").count()).toBe(0);
});

test("people, service accounts and roles are made, and a token is shown once", async () => {
  const { page } = scene;
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("heading", { level: 1, name: "People and roles" }).waitFor();
  await page.getByRole("button", { name: "New role" }).click();
  const role = page.getByRole("dialog", { name: "New role" });
  await role.getByLabel("Name").fill("crew");
  await role.getByLabel("What it allows").fill("allow fly on application/mast");
  await role.getByText("Line 1 cannot be read").waitFor();
  await role
    .getByLabel("What it allows")
    .fill("allow read, execute, judge on application/mast, application/vault\nallow write on account/local");
  expect(await axeFindings(page)).toEqual([]);
  await role.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /^crew/ }).waitFor();
  for (const [name, roles] of [
    ["ann", "crew"],
    ["bo", "crew, firefighters"],
  ] as const) {
    await page.getByRole("button", { name: "Add a person" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a person" });
    await dialog.getByLabel("Name", { exact: false }).first().fill(name);
    await dialog.getByLabel("Roles").fill(roles);
    await dialog.getByLabel("Password").fill(password);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name, exact: true }).waitFor();
  }
  await page.getByRole("button", { name: "Add a service account" }).click();
  const service = page.getByRole("dialog", { name: "Add a service account" });
  await service.getByLabel("Name", { exact: false }).first().fill("robot");
  await service.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "robot", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "robot" }).waitFor();
  await page.getByRole("button", { name: "New API token" }).click();
  const dialog = page.getByRole("dialog", { name: "New API token" });
  await dialog.getByLabel("Name").fill("ci");
  await dialog.getByLabel("Scopes").fill("read");
  await dialog.getByRole("button", { name: "New API token" }).click();
  const token = (await dialog.getByTestId("token").textContent()) ?? "";
  expect(token).toMatch(/^gnk_[0-9A-Z]{26}_[\w-]{43}$/);
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  const as = () => fetch(`${scene.server.url}/auth/user`, { headers: { authorization: `Bearer ${token}` } });
  expect((await as()).status).toBe(200);
  await page.reload();
  expect(await page.content()).not.toContain(token.slice(-20));
  await page.getByRole("button", { name: "Revoke ci" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No API tokens.").waitFor();
  expect((await as()).status).toBe(401);
});

test("whoever may not do something is told why, in Korean too", async () => {
  const page = await watched(await newContext(scene.browser, { language: "ko", width: 400, height: 800 }));
  await logIn(page, "ann");
  await page.getByRole("link", { name: "ann" }).waitFor();
  await page.getByRole("button", { name: "애플리케이션 만들기" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill("forbidden");
  await dialog.getByRole("button").last().click();
  await page.getByRole("button", { name: "왜 안 되나요?" }).click();
  await page.getByText("ann: application/forbidden 변경 불가").waitFor();
  await page
    .getByText(/none of them gives "write" on application forbidden/)
    .last()
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.goto(`${scene.server.url}/ui/account`);
  await page.getByRole("heading", { name: "할 수 있나요?" }).waitFor();
  await page.getByLabel("이름(비우면 전체)").fill("mast");
  await page.getByRole("button", { name: "확인" }).click();
  await page.getByText("ann: application/mast 실행 가능").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  await page.context().close();
});

test("a stage that needs a second person is let go by one, in the browser", async () => {
  const { server, page: boss } = scene;
  const headers = {
    authorization: `Basic ${Buffer.from(`boss:${password}`).toString("base64")}`,
    "content-type": "application/json",
  };
  const send = async (method: string, path: string, body: object, as = headers) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers: as, body: JSON.stringify(body) });
    return (await answer.json()) as { id: string };
  };
  await send("PUT", "/applications/vault", {});
  const stages = [{ refId: "1", type: "wait", name: "Open", waitTime: 1, requisiteStageRefIds: [] }];
  const { id } = await send("POST", "/pipelines", { name: "p", application: "vault", stages });
  const ann = { ...headers, authorization: `Basic ${Buffer.from(`ann:${password}`).toString("base64")}` };
  const run = await send("POST", `/pipelines/${id}/executions`, {}, ann);
  const bo = await watched(await newContext(scene.browser));
  await logIn(bo, "bo");
  await bo.goto(`${server.url}/ui/applications/vault/executions/${run.id}`);
  await bo
    .getByText(/Waits for a second person: ann has started this run/)
    .first()
    .waitFor();
  expect(await axeFindings(bo)).toEqual([]);
  await bo.getByRole("button", { name: "Continue" }).click();
  await bo.getByText("Succeeded").first().waitFor();

  // Emergency access is told to everybody on every page.
  await bo.goto(`${server.url}/ui/account`);
  await bo.getByLabel("Reason (at least 10 characters)").fill("INC-1: nobody else is awake");
  await bo.getByRole("button", { name: "Take emergency access" }).click();
  await bo.getByRole("button", { name: "Give it back" }).waitFor();
  await boss.goto(`${server.url}/ui/`);
  await boss.getByText(/bo has emergency access until/).waitFor();
  expect(await axeFindings(boss)).toEqual([]);
  await bo.getByRole("button", { name: "Give it back" }).click();
  await bo.getByRole("button", { name: "Take emergency access" }).waitFor();
  await bo.context().close();
});

test("every page works with a login, and the page's policy keeps nothing of it out", async () => {
  const { page, server } = scene;
  const paths = [
    "",
    "applications/vault",
    "applications/vault/load-balancers",
    "applications/vault/pipelines",
    "applications/vault/executions",
    "applications/vault/canary-configs",
    "projects",
    "freezes",
    "import",
    "audit",
    "access",
    "account",
  ];
  for (const path of paths) {
    await page.goto(`${server.url}/ui/${path}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  expect(scene.violations).toEqual([]);
  // A style or script that somebody got into the page is not taken.
  const policy = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    document.body.insertAdjacentHTML(
      "beforeend",
      '<p id="bad" style="color:red">x</p><img src="data:," onerror="alert(1)">',
    );
    const style = document.createElement("style");
    style.textContent = "body{display:none}";
    document.head.append(style);
    const script = document.createElement("script");
    script.textContent = "window.bad = true";
    document.head.append(script);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { blocked: [...new Set(blocked)].toSorted(), ran: Object.hasOwn(window, "bad") };
  });
  expect(policy.ran).toBe(false);
  expect(policy.blocked).toEqual(["script-src-attr", "script-src-elem", "style-src-attr", "style-src-elem"]);
  scene.violations.length = 0;
});

test("a session is ended from another, and a logout leads to the login", async () => {
  const { page, server } = scene;
  const other = await watched(await newContext(scene.browser));
  await logIn(other, "boss");
  await page.goto(`${server.url}/ui/account`);
  const rows = page
    .getByRole("region", { name: "Open sessions", exact: true })
    .getByRole("button", { name: /End the session/ });
  await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(2);
  await rows.first().click();
  await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(1);
  await other.goto(`${server.url}/ui/`);
  await other.waitForURL(/\/ui\/login\?next=/);
  expect(await axeFindings(other)).toEqual([]);
  await other.context().close();
  await page.getByRole("link", { name: "Log out" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(/\/ui\/login/);
});
