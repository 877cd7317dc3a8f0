import Fastify from "fastify";
import { expect, test, vi } from "vitest";
import { addHealth, createHealth } from "./health.ts";

async function answers(query: () => Promise<never[]>, prepare: (health: ReturnType<typeof createHealth>) => void) {
  const health = createHealth({ query: query as never });
  prepare(health);
  const server = Fastify({ logger: false });
  addHealth(server, health);
  const answer = await server.inject("/health");
  return [answer.statusCode, answer.json() as unknown];
}

test.each([
  [
    "before everything is started",
    async () => [],
    () => undefined,
    503,
    { status: "DOWN", reason: "Gennaker is starting" },
  ],
  ["when it can be used", async () => [], (health: { ready(): void }) => health.ready(), 200, { status: "UP" }],
  [
    "while the database is away",
    async () => Promise.reject(new Error("away")),
    (health: { ready(): void }) => health.ready(),
    503,
    { status: "DOWN", reason: expect.stringContaining("database does not answer") },
  ],
  [
    "while it stops",
    async () => [],
    (health: { ready(): void; draining(): void }) => {
      health.ready();
      health.draining();
    },
    503,
    { status: "DOWN", reason: "Gennaker is stopping" },
  ],
] as const)("%s", async (_when, query, prepare, status, body) => {
  expect(await answers(query as () => Promise<never[]>, prepare)).toEqual([status, body]);
});

test("a database that hangs counts as away", async () => {
  vi.useFakeTimers();
  try {
    const health = createHealth({ query: () => new Promise(() => undefined) });
    health.ready();
    const looked = health.look();
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await looked).up).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
