import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send } from "./fixtures/http.ts";

const asked: string[] = [];
const peer = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.end("{}");
});
const server = await startServer();
beforeAll(async () => {
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}/called`;
  const stages = [
    { refId: "1", requisiteStageRefIds: [], type: "webhook", name: "Call", url, method: "POST" },
    { refId: "2", requisiteStageRefIds: ["1"], type: "manualJudgment", name: "Judge" },
    {
      refId: "3",
      requisiteStageRefIds: ["2"],
      type: "checkPreconditions",
      name: "Check",
      preconditions: [{ type: "expression", context: { expression: "${ image == 'shop:7' }" } }],
    },
  ];
  await send(server.url, "PUT", "/api/v1/applications/shop", { email: "a@example.com" });
  expect((await send(server.url, "POST", "/pipelines", { application: "shop", name: "ship", stages })).status).toBe(
    200,
  );
});
afterAll(async () => {
  await server.end();
  peer.close();
});

type Run = { status: string; stages: { name: string; status: string }[] };

async function ended(id: string): Promise<Run> {
  const status = async () => (await get(id)).status;
  await expect.poll(status, { timeout: 60_000 }).toMatch(/^(SUCCEEDED|TERMINAL)$/);
  return await get(id);
}
const get = async (id: string) => (await send(server.url, "GET", `/pipelines/${id}`, undefined)).json() as Run;

test.each(["/pipelines/shop/ship", "/pipelines/v2/shop/ship"])(
  "a start over %s with dryRun calls nothing, asks nobody, and is kept as a run",
  async (path) => {
    const outputs = { Call: { image: "shop:7" } };
    const answer = await send(server.url, "POST", path, { type: "manual", dryRun: true, outputs });
    const { ref, eventId } = answer.json() as { ref?: string; eventId?: string };
    const id = ref?.split("/").at(-1) ?? (await byEvent(String(eventId)));
    const run = await ended(id);
    expect(run.stages.map(({ name, status }) => [name, status])).toContainEqual(["Judge", "SUCCEEDED"]);
    expect(run.status).toBe("SUCCEEDED");
    expect(asked).toEqual([]);
  },
);

async function byEvent(eventId: string): Promise<string> {
  const search = async () =>
    (await send(server.url, "GET", `/applications/shop/executions/search?eventId=${eventId}`, undefined)).json() as {
      id: string;
    }[];
  await expect.poll(async () => (await search()).length, { timeout: 20_000 }).toBe(1);
  return (await search())[0]?.id ?? "";
}

test("without it the same pipeline calls for real", async () => {
  await send(server.url, "POST", "/pipelines/shop/ship", { type: "manual" });
  await expect.poll(() => asked, { timeout: 30_000 }).toEqual(["/called"]);
});

test("a dry run that lacks a parameter says so, and evaluates with the others", async () => {
  const pipeline = {
    name: "asks",
    parameterConfig: [
      { name: "who", required: true },
      { name: "tag", default: "7" },
    ],
    stages: [{ refId: "1", requisiteStageRefIds: [], type: "wait", name: "Wait", waitTime: "${parameters.tag}" }],
  };
  const answer = await send(server.url, "POST", "/api/v1/applications/shop/pipelines/any/dry-run", { pipeline });
  expect(answer.json()).toMatchObject({
    valid: false,
    problems: [{ pointer: "/parameters/who", reason: "is required" }],
    stages: [{ calls: ["waits 7 seconds"], problems: [] }],
  });
});
