import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, expect, test } from "vitest";
import { send } from "./fixtures/http.ts";

const server = await startServer();
afterAll(() => server.end());

test("variables of a stage are evaluated with what the server knows, each seen by the next", async () => {
  const variables = [
    { key: "other", value: "${#pipelineId('target')}" },
    { key: "again", value: "${other}" },
    { key: "nobody", value: "${#pipelineId('nobody')}" },
  ];
  const stages = [{ refId: "1", requisiteStageRefIds: [], type: "evaluateVariables", name: "Set", variables }];
  await send(server.url, "PUT", "/api/v1/applications/shop", { email: "a@example.com" });
  const save = async (document: object) =>
    ((await send(server.url, "POST", "/api/v1/pipelines", document as never)).json() as { id: string }).id;
  const target = await save({ application: "shop", name: "target", stages: [] });
  const asking = await save({ application: "shop", name: "asking", stages });
  const started = await send(server.url, "POST", `/api/v1/pipelines/${asking}/executions`, {});
  const { id } = started.json() as { id: string };
  type Run = { status: string; stages: { outputs: Record<string, unknown> }[] };
  const get = async () => (await send(server.url, "GET", `/api/v1/executions/${id}`, undefined)).json() as Run;
  await expect.poll(async () => (await get()).status, { timeout: 60_000 }).toBe("SUCCEEDED");
  const outputs = (await get()).stages[0]?.outputs;
  expect(outputs).toMatchObject({ other: target, again: target });
  expect(outputs?.["nobody"]).toBe("${#pipelineId('nobody')}");
});
