import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dryRunOf, leftOut, madeUpParameters } from "./fixtures/dry-run-corpus.ts";
import { send } from "./fixtures/http.ts";

/** Real pipelines (notices and sources stand beside them) with all they hold; whatever they would call leads here. */
const asked: string[] = [];
const peer = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.end("{}");
});
const server = await startServer();
beforeAll(() => new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve)));
afterAll(async () => {
  await server.end();
  peer.close();
});

const folder = new URL("../../../../packages/pipeline-model/src/import/fixtures/pipelines/", import.meta.url);
const answered = new URL("../gate/fixtures/kubernetes-pipelineConfigs.json", import.meta.url);
const pipelines: [string, JsonObject][] = [
  ...readdirSync(folder).map((file): [string, unknown] => [
    file,
    JSON.parse(readFileSync(new URL(file, folder), "utf8")),
  ]),
  ...(JSON.parse(readFileSync(answered, "utf8")) as JsonObject[]).map((each): [string, unknown] => [
    `answered: ${String(each["name"])}`,
    each,
  ]),
].flatMap(([file, each]): [string, JsonObject][] => (isJsonObject(each as never) ? [[file, each as JsonObject]] : []));

test("there are many", () => expect(pipelines.length).toBeGreaterThan(9));

const get = async (path: string) => (await send(server.url, "GET", path, undefined)).json() as never;

describe.each(pipelines)("%s", (_file, received) => {
  /** With its addresses leading to the peer, under a name of its own. */
  const made = (): JsonObject => {
    const { port } = peer.address() as AddressInfo;
    const text = JSON.stringify(received).replaceAll(/https?:\/\/[^/"\s$]+/g, `http://127.0.0.1:${port}`);
    return { application: "demo", name: "unnamed", ...(JSON.parse(text) as JsonObject) };
  };

  test("is stored without the loss of a field", async () => {
    const document = made();
    const application = String(document["application"]);
    await send(server.url, "PUT", `/api/v1/applications/${application}`, { email: "a@example.com" });
    const saved = await send(server.url, "POST", "/pipelines", document);
    expect(saved.status, saved.text.slice(0, 500)).toBe(200);
    const stored = (await get(`/applications/${application}/pipelineConfigs`)) as JsonObject[];
    // When it was saved, and by whom, is the server's to say; names of applications have one spelling.
    const { updateTs: _time, lastModifiedBy: _user, ...kept } = document;
    expect(stored.find(({ name }) => name === document["name"])).toMatchObject({
      ...kept,
      application: application.toLowerCase(),
    });
  });

  test("is tried without leaving anything out or calling anybody", async () => {
    const document = made();
    const { status, body } = await dryRunOf(server.url, document);
    expect([status, body.problems]).toEqual([200, []]);
    expect(leftOut(document["stages"] as JsonObject[], body)).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("runs dry, every stage in it, and calls nobody", async () => {
    const document = made();
    const [application, name] = [document["application"], document["name"]].map((part) =>
      encodeURIComponent(String(part)),
    );
    const started = await send(server.url, "POST", `/pipelines/${application}/${name}`, {
      type: "manual",
      dryRun: true,
      parameters: madeUpParameters(document),
    });
    const { ref } = started.json() as { ref: string };
    const run = async () => (await get(`/pipelines/${ref.split("/").at(-1)}`)) as Run;
    await expect.poll(async () => (await run()).status, { timeout: 60_000 }).toMatch(/^(SUCCEEDED|TERMINAL)$/);
    const { stages, status } = await run();
    const refIds = (document["stages"] as JsonObject[]).map(({ refId }) => refId);
    expect(stages.map(({ refId }) => refId)).toEqual(expect.arrayContaining(refIds));
    const failed = stages.filter((stage) => stage.status === "TERMINAL");
    for (const stage of failed) expect(explained(stage)).toMatch(/precondition|pipeline|artifact|prior/i);
    if (failed.length === 0) expect(status).toBe("SUCCEEDED");
    expect(asked).toEqual([]);
  });
});

type Run = { status: string; stages: { refId: string; type: string; status: string; context: JsonObject }[] };
const explained = ({ context }: Run["stages"][number]) => JSON.stringify(context["exception"] ?? context);
