import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createOutgoing } from "../../../platform/outgoing/create-outgoing.ts";
import { outgoingSchema } from "../../../platform/outgoing/settings.ts";
import { createScene } from "../testing/scene.ts";

const seen: string[] = [];
const server: Server = createServer((request, response) => void answer(request, response));
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const settings = outgoingSchema.parse({});
const open = createOutgoing({ settings, localAllowed: true, env: {} });
const guarded = createOutgoing({ settings, localAllowed: false, env: {} });
afterAll(async () => {
  await open.close();
  await guarded.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  seen.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
  const send = (status: number, type: string, text: string | Buffer, headers: Record<string, string> = {}) =>
    response.writeHead(status, { "content-type": type, ...headers }).end(text);
  if (request.url === "/json") send(200, "application/json", '{"artifacts":[{"name":"app"}],"status":"done"}');
  else if (request.url === "/binary") send(200, "application/octet-stream", Buffer.from([0, 255, 1, 254]));
  else if (request.url === "/moved") send(302, "text/plain", "", { location: "/json" });
  else if (request.url === "/inside")
    send(302, "text/plain", "", { location: "http://169.254.169.254/latest/meta-data" });
  else if (request.url === "/giant") send(200, "application/json", JSON.stringify({ status: "x".repeat(2_000_000) }));
  else if (request.url === "/endless") {
    response.writeHead(200, { "content-type": "text/plain" });
    const timer = setInterval(() => response.write("x"), 20);
    request.on("close", () => clearInterval(timer));
  } else send(404, "text/plain", "none");
}

async function call(context: JsonObject, outgoing = open, timeoutMs?: number) {
  const scene = await createScene({
    deps: {
      outgoing: (request) =>
        outgoing.send({ purpose: "webhook", ...request, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
    },
  });
  const { stage } = await scene.run("webhook", { context });
  return { stage, webhook: stage.context["webhook"] as JsonObject };
}

test("answers of all kinds are kept as they are, and redirects are followed", async () => {
  expect((await call({ url: `${base}/json`, payload: { a: "ü" } })).webhook["body"]).toMatchObject({ status: "done" });
  expect(seen.at(-1)).toBe('POST /json {"a":"ü"}');
  expect((await call({ url: `${base}/moved`, payload: { a: 1 } })).webhook).toMatchObject({ statusCodeValue: 200 });
  expect(seen.slice(-2)).toEqual(['POST /moved {"a":1}', "GET /json "]);
  expect(typeof (await call({ url: `${base}/binary` })).webhook["body"]).toBe("string");
});

test("a giant answer is cut; where it has to be read the stage says so", async () => {
  const { stage, webhook } = await call({ url: `${base}/giant` });
  expect([stage.status, webhook["bodyTruncated"], String(webhook["body"]).length]).toEqual(["SUCCEEDED", true, 16_384]);
  const watched = await call({
    url: `${base}/giant`,
    waitForCompletion: true,
    monitorOnly: true,
    statusJsonPath: "$.status",
    successStatuses: "x",
  });
  expect(watched.stage.failure?.message).toContain("is too long to be read");
});

test("an answer that never ends is no answer", async () => {
  const { stage } = await call({ url: `${base}/endless` }, open, 300);
  expect([stage.status, stage.failure?.code]).toEqual(["TERMINAL", "webhook.noAnswer"]);
});

test.each([
  "http://169.254.169.254/latest/meta-data",
  "http://metadata.google.internal/computeMetadata/v1",
  "http://[fd00:ec2::254]/",
  "http://0.0.0.0/",
  "file:///etc/passwd",
])("%s is called by no webhook", async (url) => {
  const { stage } = await call({ url });
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.code).toMatch(/^webhook\.(noAnswer|url)$/);
});

test("loopback and private addresses are called only where the policy allows it", async () => {
  for (const url of [`${base}/json`, "http://localhost/", "http://10.0.0.1/", "http://2130706433/", "http://[::1]/"])
    expect((await call({ url }, guarded)).stage.failure?.code).toBe("webhook.noAnswer");
  expect((await call({ url: `${base}/json` })).stage.status).toBe("SUCCEEDED");
});

test("a redirect to a metadata service is not followed", async () => {
  const { stage } = await call({ url: `${base}/inside` });
  expect(stage.failure).toMatchObject({ code: "webhook.noAnswer" });
});

test("a name that nobody knows is asked for again", async () => {
  const scene = await createScene({ deps: { outgoing: (request) => open.send({ purpose: "webhook", ...request }) } });
  const { waits } = await scene.run("webhook", { context: { url: "http://nowhere.invalid/" }, onWait: () => "cancel" });
  expect(waits.map(({ code }) => code)).toEqual(["webhook.retry"]);
});
