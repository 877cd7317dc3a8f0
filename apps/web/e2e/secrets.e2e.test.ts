import { bodyOf, startPeer, type Peer } from "@gennaker/testkit/fakes/http-peer.ts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newContext, startBrowser } from "./browser.ts";
import { call, untilStatus } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const canary = 'c4nary/"+&<sEcret>';
const forms = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  canary.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  Buffer.from(canary).toString("base64"),
  Buffer.from(canary).toString("hex"),
];
const scene = {} as { server: TestServer; browser: Browser; page: Page; echo: Peer; run: string };

beforeAll(async () => {
  scene.echo = await startPeer(async (request, response) => {
    const body = (await bodyOf(request)).toString("utf8");
    const headers = Object.values(request.headers).join("\n");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ body, headers, base64: Buffer.from(body).toString("base64"), [canary]: canary }));
  });
  scene.server = await startServer();
  scene.browser = await startBrowser();
  const { host } = new URL(scene.echo.url);
  await call(scene.server, "PUT", "/secrets/ci", { value: canary, applications: ["*"], hosts: [host] });
  await call(scene.server, "PUT", "/applications/vault", {});
  const stage = {
    refId: "1",
    requisiteStageRefIds: [],
    type: "webhook",
    name: "Call",
    url: `${scene.echo.url}/echo`,
    method: "POST",
    customHeaders: { authorization: "Bearer secret://db/ci" },
    payload: { token: "secret://db/ci" },
  };
  const document = { name: "Send", application: "vault", stages: [stage] };
  const { id } = await call<{ id: string }>(scene.server, "POST", "/pipelines", document);
  scene.run = (await call<{ id: string }>(scene.server, "POST", `/pipelines/${id}/executions`, {})).id;
  await untilStatus(scene.server, scene.run, "SUCCEEDED");
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
  await scene.echo?.close();
});

test("nothing that a browser gets, shows or keeps holds a secret that a service has echoed", async () => {
  const { page, server, run } = scene;
  const got: string[] = [];
  page.on("response", (response) => {
    if (!response.url().includes("/api/v1/events"))
      void response.text().then(
        (text) => got.push(text),
        () => undefined,
      );
  });
  for (const [path, words] of [
    [`applications/vault/executions/${run}?view=list&stage=1`, "Call"],
    [`applications/vault/executions/${run}?view=history`, "Call"],
    ["applications/vault/pipelines", "Send"],
    ["audit", "execution.start"],
  ] as const) {
    await page.goto(`${server.url}/ui/${path}`);
    await page.getByText(words).first().waitFor();
    await page.evaluate(() =>
      document.querySelectorAll("main details").forEach((each) => each.setAttribute("open", "")),
    );
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    const kept = await page.evaluate(() =>
      JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, document.title]),
    );
    got.push(await page.content(), await page.locator("main").innerText(), kept);
  }
  const all = got.join("\n");
  expect(all).toContain("secret://db/ci");
  // The echo is there, with what was taken out of it.
  expect(all).toContain("Bearer ******");
  for (const form of forms) expect(all.includes(form), form).toBe(false);
});
