import { expect, test } from "vitest";
import { replaceReferences } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { OutgoingRequest } from "../outgoing/api.ts";
import { OutgoingError } from "../outgoing/api.ts";
import { createRedactor } from "../values/redactor.ts";
import type { SecretScope } from "./api.ts";
import { SecretError } from "./api.ts";
import { withSecrets } from "./with-secrets.ts";

const value = 'ca"na/ry +é';

function world(answer: (request: OutgoingRequest) => string = () => "ok") {
  const sent: OutgoingRequest[] = [];
  const scopes: SecretScope[] = [];
  const redactor = createRedactor();
  const outgoing = withSecrets(
    {
      async send(request) {
        sent.push(request);
        const body = answer(request);
        return { status: 200, headers: { "x-echo": body }, body, truncated: false };
      },
      open: async () => ({ status: 200, headers: { "x-echo": value }, body: (async function* () {})(), cancel() {} }),
      route: async () => ({ addresses: [], proxy: null, ca: null }),
      close: async () => {},
    },
    {
      reveal: (text, scope, encode = (plain) => plain) =>
        replaceReferences(text, async ({ path }) => {
          scopes.push(scope);
          if (path === "none") throw new SecretError("missing", "There is nothing at secret://x/none.");
          if (path === "away") throw new SecretError("unavailable", "The source x did not answer.");
          redactor.remember(value);
          return encode(value);
        }),
    },
    redactor,
  );
  const send = (more: Partial<OutgoingRequest>) =>
    outgoing.send({
      purpose: "webhook",
      method: "POST",
      url: "https://ci.example:8443/x",
      headers: {},
      body: null,
      timeoutMs: 1,
      maxBytes: 1,
      signal: new AbortController().signal,
      ...more,
    });
  return { send, sent, scopes, outgoing };
}

test.each<[string, Partial<OutgoingRequest>, (request: OutgoingRequest) => unknown, unknown]>([
  ["header", { headers: { "x-a": "T secret://x/v" } }, ({ headers }) => headers["x-a"], `T ${value}`],
  [
    "Basic",
    { headers: { authorization: "Basic bot:secret://x/v" } },
    ({ headers }) => headers["authorization"],
    `Basic ${Buffer.from(`bot:${value}`).toString("base64")}`,
  ],
  ["address", { url: "https://ci.example/?t=secret://x/v" }, ({ url }) => new URL(url).searchParams.get("t"), value],
  [
    "JSON body",
    { headers: { "Content-Type": "application/json" }, body: '{"a":"secret://x/v"}' },
    ({ body }) => JSON.parse(String(body)) as unknown,
    { a: value },
  ],
  [
    "form",
    {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ a: "secret://x/v" }).toString(),
    },
    ({ body }) => new URLSearchParams(String(body)).get("a"),
    value,
  ],
  ["text", { body: "a secret://x/v b" }, ({ body }) => body, `a ${value} b`],
])("a reference in a %s is put in as its place needs it", async (_place, more, read, wanted) => {
  const { send, sent } = world();
  await send(more);
  expect(read(sent[0] as OutgoingRequest)).toEqual(wanted);
});

test("what the other side echoes is cleaned, also encoded, and from later answers as well", async () => {
  const { send, outgoing } = world(
    () => `${value} ${Buffer.from(`x:${value}`).toString("base64")} ${encodeURIComponent(value)}`,
  );
  const shown = JSON.stringify([await send({ body: "secret://x/v" }), await send({})]);
  expect(shown).not.toContain(JSON.stringify(value).slice(1, -1));
  expect(shown).not.toContain(Buffer.from(value).toString("base64").slice(0, 8));
  expect((await outgoing.open({} as never).catch(() => null)) ?? { headers: {} }).toMatchObject({ headers: {} });
});

test("a request speaks for its application and host, whatever it says of itself", async () => {
  const { send, scopes } = world();
  await send({ body: "secret://x/v", application: "shop" });
  await send({ body: "secret://x/v", configured: true });
  expect(scopes).toEqual([
    { from: "pipeline", application: "shop", host: "ci.example:8443" },
    { from: "pipeline", application: null, host: "ci.example:8443" },
  ]);
});

test("without references nothing is asked; what cannot be had is said and nothing is sent", async () => {
  const { send, sent, scopes } = world();
  await send({ body: "plain" });
  expect([sent.length, scopes.length]).toEqual([1, 0]);
  await expect(send({ body: "secret://x/none" })).rejects.toMatchObject({
    fault: "request",
    message: "There is nothing at secret://x/none.",
  });
  await expect(send({ body: "secret://x/away" })).rejects.toMatchObject({ fault: "unreachable", retryable: true });
  await expect(send({ url: "https://secret://x/v/" })).rejects.toBeInstanceOf(OutgoingError);
  expect(sent).toHaveLength(1);
});
