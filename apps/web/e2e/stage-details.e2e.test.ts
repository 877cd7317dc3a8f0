import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call, untilStatus } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

const scene = {} as { server: TestServer; browser: Browser; page: Page; work: Server; state: { percent: number } };

/** A service that says how far its work is, until it is told to be done. */
async function startWork(state: { percent: number }): Promise<Server> {
  const work = createServer((request, response) => {
    const status = state.percent === 100 ? "done" : "going";
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ status, percent: state.percent, note: `asked by ${request.method}` }));
  });
  await new Promise<void>((resolve) => work.listen(0, "127.0.0.1", resolve));
  return work;
}

async function run(name: string, stage: object): Promise<string> {
  const document = { name, application: "crane", stages: [{ refId: "1", requisiteStageRefIds: [], name, ...stage }] };
  const { id } = await call<{ id: string }>(scene.server, "POST", "/pipelines", document);
  return (await call<{ id: string }>(scene.server, "POST", `/pipelines/${id}/executions`, {})).id;
}

beforeAll(async () => {
  scene.state = { percent: 40 };
  scene.work = await startWork(scene.state);
  scene.server = await startServer({
    script: { enabled: true },
    outgoing: { policies: { default: { allow: ["127.0.0.1"] } } },
  });
  scene.browser = await startBrowser();
  await call(scene.server, "PUT", "/applications/crane", {});
  scene.page = await (await newContext(scene.browser)).newPage();
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
  scene.work?.close();
});

test("a script's output and status stand in its stage", async () => {
  const { page, server } = scene;
  const command = "echo lifting the first crate; echo lifting the second crate; exit 3";
  const id = await run("Lift", { type: "script", command, interpreter: "sh" });
  await untilStatus(server, id, "TERMINAL");
  await page.goto(`${server.url}/ui/applications/crane/executions/${id}`);
  const log = page.getByRole("region", { name: "Output of the script" });
  await log.getByText("lifting the second crate").waitFor();
  await page.getByText("ended with status 3", { exact: true }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
});

test("a webhook's progress moves by itself", async () => {
  const { page, server, work, state } = scene;
  const url = `http://127.0.0.1:${(work.address() as AddressInfo).port}/lift`;
  const id = await run("Hoist", {
    type: "webhook",
    url,
    method: "POST",
    payload: {},
    waitForCompletion: true,
    statusUrlResolution: "getMethod",
    statusJsonPath: "$.percent",
    progressJsonPath: "$.note",
  });
  await page.goto(`${server.url}/ui/applications/crane/executions/${id}`);
  await page.getByText("40 % done").waitFor();
  await page.getByText(`POST ${url}`).first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  state.percent = 75;
  await page.getByText("75 % done").waitFor();
  state.percent = 100;
  await page.locator("h1 + output", { hasText: "Succeeded" }).waitFor();
});

test("a judgement says how often it reminded", async () => {
  const { page, server } = scene;
  const id = await run("Agree?", { type: "manualJudgment", notifyEveryMs: 1_000, sendNotifications: true });
  await page.goto(`${server.url}/ui/applications/crane/executions/${id}`);
  await page.getByText(/^Reminded (once|\d+ times)\.$/).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.locator("h1 + output", { hasText: "Succeeded" }).waitFor();
});
