import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { createClient } from "./client.ts";

type Sent = { url: string; init: RequestInit };

/** A client whose requests are noted and answered by `answer`. */
function clientWith(answer: (sent: Sent) => Response | Promise<Response>, baseUrl = "http://h:1") {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl,
    headers: { authorization: "Bearer t" },
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer({ url, init });
    },
  });
  return { client, sent };
}

test("fills the path, escapes values, leaves out absent query values, sends JSON only where the route takes it", async () => {
  const { client, sent } = clientWith(() => Response.json({}));
  await client.call("getPipeline", { params: { pipeline: "a/b ?ü" } });
  await client.call("listExecutions", { query: { application: "shop", statuses: "RUNNING,PAUSED", limit: 5 } });
  await client.call("cancelExecution", { params: { execution: "E" }, body: { reason: "r" } });
  expect(sent.map(({ url, init }) => [init.method, url, init.body])).toEqual([
    ["GET", "http://h:1/api/v1/pipelines/a%2Fb%20%3F%C3%BC", undefined],
    ["GET", "http://h:1/api/v1/executions?application=shop&statuses=RUNNING%2CPAUSED&limit=5", undefined],
    ["POST", "http://h:1/api/v1/executions/E/cancel", '{"reason":"r"}'],
  ]);
  expect(sent[2]?.init.headers).toEqual({
    accept: "application/json",
    "content-type": "application/json",
    authorization: "Bearer t",
  });
  expect(sent[0]?.init.headers).not.toHaveProperty("content-type");
});

test("a problem document becomes an ApiError with its code, sentence and places", async () => {
  const problem = {
    type: "about:blank",
    title: "t",
    status: 400,
    detail: "No.",
    code: "invalid_pipeline",
    requestId: "R",
    retryable: false,
    problems: [{ pointer: "/name", reason: "missing" }],
  };
  const { client } = clientWith(() => Response.json(problem, { status: 400 }));
  const error = await client.call("listApplications", {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 400,
    code: "invalid_pipeline",
    message: "No.",
    requestId: "R",
    retryable: false,
    problems: problem.problems,
  });
});

test.each([
  [
    () => new Response("<html>", { status: 502 }),
    { status: 502, code: "unknown", message: "HTTP 502", retryable: true },
  ],
  [
    () => Response.json({ message: "Gate's" }, { status: 404 }),
    { status: 404, code: "unknown", message: "Gate's", retryable: false },
  ],
  [
    () => Promise.reject(new TypeError("fetch failed")),
    {
      status: 0,
      code: "unreachable",
      message: "http://h:1 cannot be reached. Is Gennaker running there?",
      retryable: true,
    },
  ],
])("an answer that is no problem document is told as well as can be (%#)", async (answer, expected) => {
  const { client } = clientWith(answer as () => Response);
  await expect(client.call("getSystem", {})).rejects.toMatchObject(expected);
});

test("a call that its caller called off is not told as an unreachable server", async () => {
  const abort = new AbortController();
  abort.abort();
  const { client } = clientWith(() => Promise.reject(abort.signal.reason as Error));
  await expect(client.call("getSystem", { signal: abort.signal })).rejects.toBe(abort.signal.reason);
});

test("text routes stream, characters cut in two are put together", async () => {
  const bytes = new TextEncoder().encode("zeile ü\n");
  const { client } = clientWith(
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(bytes.slice(0, 7));
            controller.enqueue(bytes.slice(7));
            controller.close();
          },
        }),
      ),
  );
  let text = "";
  for await (const chunk of client.stream("getLogs", {
    params: { account: "a", region: "r", serverGroup: "g", instance: "i" },
  }))
    text += chunk;
  expect(text).toBe("zeile ü\n");
});

test("in a browser with a session, changes carry its CSRF token and readings do not", async () => {
  const page = globalThis as { document?: unknown };
  const before = page.document;
  page.document = { cookie: "a=b; gennaker_csrf=t0ken-1; c=d" };
  try {
    const { client, sent } = clientWith(() => Response.json({}));
    await client.call("cancelExecution", { params: { execution: "E" }, body: {} });
    await client.call("getSystem", {});
    expect(sent.map(({ init }) => (init.headers as Record<string, string>)["x-gennaker-csrf"])).toEqual([
      "t0ken-1",
      undefined,
    ]);
  } finally {
    page.document = before;
  }
});
