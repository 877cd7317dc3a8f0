import { startFakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import type { Misbehaviour } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import { afterAll, describe, expect, test } from "vitest";
import { createGateClient } from "./gate-client.ts";

const gate = await startFakeGate({ projects: ['{"id":"p","n":1.0}'], accounts: ["prod", "test"] });
afterAll(() => gate.close());
const client = (more: { attempts?: number; timeoutMs?: number; signal?: AbortSignal } = {}) =>
  createGateClient({
    url: gate.url,
    headers: { "x-token": "s" },
    signal: new AbortController().signal,
    firstDelayMs: 1,
    ...more,
  });

test("an answer comes as it was written, with the headers sent; 404 is nothing", async () => {
  expect(await client().get("/projects")).toBe('[{"id":"p","n":1.0}]');
  expect(gate.requests.at(-1)?.headers).toMatchObject({ "x-token": "s", accept: "application/json" });
  expect(await client().get("/nowhere")).toBeNull();
  expect(await client().accountNames()).toEqual(["prod", "test"]);
});

describe("what may pass is tried again", () => {
  test.each<[Misbehaviour, RegExp]>([
    [429, /answered 429, 2 times/],
    [500, /answered 500, 2 times/],
    [503, /answered 503, 2 times/],
    ["cut", /cannot be reached|cut off/],
    ["noJson", /cut off or no JSON/],
    ["hang", /no answer within 0.2 seconds/],
  ])("%s", async (how, words) => {
    gate.misbehave("/projects", how);
    expect(await client({ timeoutMs: 200 }).get("/projects")).toContain('"p"');
    gate.misbehave("/projects", how, how);
    await expect(client({ attempts: 2, timeoutMs: 200 }).get("/projects")).rejects.toMatchObject({
      message: expect.stringMatching(words) as string,
      next: [expect.stringContaining("goes on where it stopped")],
    });
    gate.misbehave("/projects");
  });
});

describe("a login that is wanted is said at once, with the ways to log in", () => {
  test.each<[Misbehaviour, string]>([
    ["html", 'answered a web page ("Sign in") instead of JSON'],
    ["redirect", "redirects to https://login.example.com/start."],
    [401, "answered 401"],
  ])("%s", async (how, words) => {
    gate.misbehave("/projects", how);
    const asked = gate.requests.length;
    const error = await client()
      .get("/projects")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining(words) as string });
    expect((error as { next: string[] }).next.join()).toMatch(/--header.*--token-env.*--cookie-file/s);
    expect(String(error)).not.toContain("hidden");
    expect(gate.requests.length).toBe(asked + 1);
  });
});

test("Ctrl-C ends the waiting", async () => {
  const stop = new AbortController();
  gate.misbehave("/projects", "hang");
  const asked = client({ signal: stop.signal }).get("/projects");
  stop.abort();
  await expect(asked).rejects.toThrow();
});
