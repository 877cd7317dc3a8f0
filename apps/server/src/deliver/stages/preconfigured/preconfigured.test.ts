import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { z } from "zod";
import { stageSettings } from "../../../platform/config/stage-settings.ts";
import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import { createScene } from "../testing/scene.ts";
import { webhookForList } from "./webhook.ts";

const provision: JsonObject = {
  label: "Provision",
  type: "provision",
  description: "Makes a machine",
  method: "PUT",
  url: "https://ops.example/machines/${parameterValues['name']}",
  customHeaders: { Authorization: ["Bearer s3cret-token"], "Content-Type": "application/json" },
  payload: '{"size":"${parameterValues[\'size\']}","by":"${execution.application}"}',
  parameters: [
    { name: "name", label: "Name" },
    { name: "size", defaultValue: "small" },
  ],
};
const read = (value: unknown) => z.object(stageSettings).parse(value);
/** A field given as null is left out. */
const settingsOf = (webhook: JsonObject) => {
  const fields = Object.entries({ ...provision, ...webhook }).filter(([, value]) => value !== null);
  return read({ webhook: { preconfigured: [Object.fromEntries(fields)] } });
};
const answer = (status: number, body = "", type = "application/json"): HttpAnswer => ({
  status,
  headers: { "content-type": type },
  body,
  truncated: false,
});

async function run(
  webhook: JsonObject,
  context: JsonObject,
  more: { codes?: number[]; roles?: string[] | null; cancel?: boolean } = {},
) {
  const codes = [...(more.codes ?? [200])];
  const deps: Partial<DeliverDeps> = { settings: settingsOf(webhook), rolesOf: async () => more.roles ?? null };
  const scene = await createScene({
    deps,
    answer: () => answer((codes.length > 1 ? codes.shift() : codes[0]) ?? 200, '{"status":"busy"}'),
  });
  const outcome = await scene.run("provision", {
    context,
    onWait: () => (more.cancel === true ? "cancel" : undefined),
  });
  return { ...outcome, requests: scene.requests };
}

test("calls what the configuration says, with the pipeline's values in it, and shows no secret", async () => {
  const { stage, requests } = await run({}, { parameterValues: { name: "m-1" } });
  expect(stage.status).toBe("SUCCEEDED");
  expect(requests[0]).toMatchObject({
    method: "PUT",
    url: "https://ops.example/machines/m-1",
    body: '{"size":"small","by":"app"}',
    headers: { authorization: "Bearer s3cret-token" },
  });
  expect(JSON.stringify(stage)).not.toContain("s3cret");
});

test("what the configuration sets, a pipeline cannot change; the rest it can", async () => {
  const { requests } = await run(
    {},
    { url: "https://evil.example", customHeaders: {}, parameterValues: { name: "x" } },
  );
  expect(requests[0]?.url).toBe("https://ops.example/machines/x");
  const open = await run({ url: null }, { url: "https://own.example/", parameterValues: {} });
  expect(open.requests[0]?.url).toBe("https://own.example/");
});

test("a value that looks like an expression stays a value", async () => {
  const { requests } = await run({}, { parameterValues: { name: "a", size: "${1+1}" } });
  expect(requests[0]?.body).toContain('"size":"${1+1}"');
});

test("fixed parameter values are the configuration's", async () => {
  const { requests } = await run(
    { parameterValues: { name: "fixed", size: "big" } },
    { parameterValues: { name: "x" } },
  );
  expect(requests[0]?.url).toBe("https://ops.example/machines/fixed");
});

test.each<[string[] | null, string]>([
  [["ops"], "SUCCEEDED"],
  [["OPS"], "SUCCEEDED"],
  [["dev"], "TERMINAL"],
  [[], "TERMINAL"],
  [null, "SUCCEEDED"],
])("somebody with the roles %j ends %s", async (roles, status) => {
  const { stage, requests } = await run({ permissions: { WRITE: ["ops"], READ: ["dev"] } }, {}, { roles });
  expect([stage.status, requests.length]).toEqual([status, status === "SUCCEEDED" ? 1 : 0]);
  if (status === "TERMINAL") expect(stage.failure?.message).toContain("needs one of the roles ops");
});

test("it is watched and told to stop as a webhook is, without its secrets in any context", async () => {
  const watched = {
    waitForCompletion: true,
    statusJsonPath: "$.status",
    successStatuses: "done",
    cancelEndpoint: "https://ops.example/stop/${parameterValues['name']}",
  };
  const context = { parameterValues: { name: "m-1" } };
  const canceled = await run(watched, context, { cancel: true });
  expect([canceled.stage.status, canceled.requests.at(-1)?.url]).toEqual(["CANCELED", "https://ops.example/stop/m-1"]);
  const failed = await run(watched, context, { codes: [404, 204] });
  expect([failed.stage.status, failed.requests.at(-1)?.url]).toEqual(["TERMINAL", "https://ops.example/stop/m-1"]);
  expect(JSON.stringify([canceled.stages, failed.stages])).not.toContain("s3cret");
});

test.each<[JsonObject, JsonObject, string[]]>([
  [{}, {}, []],
  [{}, { url: 5, parameterValues: "x" }, ["/parameterValues"]],
  [{}, { parameterValues: { name: {}, other: {} } }, ["/parameterValues/name"]],
  [{ url: null }, {}, ["/url"]],
  [{}, { retryStatusCodes: "x" }, ["/retryStatusCodes"]],
])("a stage of %j written as %j has problems at %j", async (webhook, stage, pointers) => {
  const scene = await createScene({ deps: { settings: settingsOf(webhook) } });
  expect(
    scene.runner.types
      .get("provision")
      ?.validate(stage)
      .map(({ pointer }) => pointer),
  ).toEqual(pointers);
});

test("disabled ones do not exist, and a name that is taken is refused", async () => {
  const off = await createScene({ deps: { settings: settingsOf({ enabled: false }) } });
  expect(off.runner.types.has("provision")).toBe(false);
  await expect(createScene({ deps: { settings: settingsOf({ type: "wait" }) } })).rejects.toThrow(
    'The preconfigured stage type "wait" is taken',
  );
});

test("the list for the UI has Orca's fields", () => {
  const [webhook] = settingsOf({ waitForCompletion: false }).webhook.preconfigured;
  if (webhook === undefined) throw new Error("no webhook");
  expect(webhookForList(webhook)).toMatchObject({
    label: "Provision",
    type: "provision",
    waitForCompletion: false,
    preconfiguredProperties: ["url", "customHeaders", "method", "payload", "waitForCompletion"],
    noUserConfigurableFields: true,
    parameters: [
      { name: "name", type: "string" },
      { name: "size", defaultValue: "small" },
    ],
  });
});
