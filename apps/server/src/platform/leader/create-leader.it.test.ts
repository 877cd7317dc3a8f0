import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { Database } from "../database/api.ts";
import { createDatabase } from "../database/create-database.ts";
import { migrate } from "../database/migrate.ts";
import { LeadershipLost, type Lead, type Leader } from "./api.ts";
import { createLeader, type LeaderOptions } from "./create-leader.ts";

const program = fileURLToPath(new URL("./fixtures/child-leader.ts", import.meta.url));
const testDatabase = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "leader" });
const databases: Database[] = [];
const open = () => {
  const database = createDatabase({ url: testDatabase.url, connections: 3 });
  databases.push(database);
  return database;
};
const watcher = open();
await watcher.query("create table led (seq bigserial, term bigint, replica text)");
const leaders: Leader[] = [];
const children = new Set<ChildProcess>();
/** A role of its own for each test. */
const newRole = () => randomUUID();

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(leaders.splice(0).map((leader) => leader.stop()));
});
afterAll(async () => {
  for (const database of databases) await database.close();
  await testDatabase.drop();
});

function stand(replicaId: string, more: Partial<LeaderOptions> = {}): Leader {
  const leader = createLeader({ database: open(), replicaId, leaseMs: 600, log: () => undefined, ...more });
  leaders.push(leader);
  return leader;
}

async function launch(replica: string, leaseMs: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, testDatabase.url, replica, String(leaseMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

const written = () => watcher.query<{ term: number; replica: string }>("select term, replica from led order by seq");
const wait = { timeout: 20_000, interval: 20 };

test("one of several leads; when it lets go the next one leads at once, with a greater term", async () => {
  const role = newRole();
  const [a, b] = [stand("a", { role, leaseMs: 60_000 }), stand("b", { role, leaseMs: 60_000 })];
  const terms: number[] = [];
  for (const leader of [a, b]) leader.run("note", 60_000, async (lead) => void terms.push(lead.term));
  await a.start();
  await b.start();
  expect([a.leads(), b.leads()]).toEqual([true, false]);
  await a.stop();
  await vi.waitFor(() => expect(b.leads()).toBe(true), wait);
  expect(a.leads()).toBe(false);
  expect(terms).toEqual([1, 2]);
});

test("a task runs again and again while its process leads, and a failure does not end it", async () => {
  const leader = stand("a", { role: newRole() });
  let runs = 0;
  leader.run("fails", 1, async () => {
    runs += 1;
    throw new Error("as planned");
  });
  expect(() => leader.run("fails", 1, async () => undefined)).toThrow("already has a task");
  await leader.start();
  await vi.waitFor(() => expect(runs).toBeGreaterThan(3), wait);
});

test("a process that comes back in the same place leads at once; what its predecessor still wants to write is refused", async () => {
  const role = newRole();
  const before = stand("same", { role, leaseMs: 60_000 });
  let old: Lead | undefined;
  before.run("keep", 60_000, async (lead) => void (old = lead));
  await before.start();
  await vi.waitFor(() => expect(old).toBeDefined(), wait);
  const after = stand("same", { role, leaseMs: 60_000 });
  await after.start();
  expect(after.leads()).toBe(true);
  await expect(
    old?.transaction((tx) => tx.query("insert into led (term, replica) values (0, 'zombie')")),
  ).rejects.toThrow(LeadershipLost);
  expect((await written()).filter((row) => row.replica === "zombie")).toEqual([]);
});

test("an event loop that is blocked longer than the lease: the process no longer believes that it leads, and its task is told", async () => {
  const role = newRole();
  const [a, b] = [stand("a", { role, leaseMs: 300 }), stand("b", { role, leaseMs: 300 })];
  let signal: AbortSignal | undefined;
  a.run("hold", 60_000, (lead) => {
    signal ??= lead.signal;
    return Promise.resolve();
  });
  await a.start();
  expect(a.leads()).toBe(true);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  expect(a.leads()).toBe(false);
  await b.start();
  await vi.waitFor(() => expect(signal?.aborted).toBe(true), wait);
  await vi.waitFor(() => expect([a.leads(), b.leads()].filter(Boolean)).toHaveLength(1), wait);
});

test("processes that are stopped (SIGSTOP) anywhere and go on later never write beside their successor", async () => {
  const pair = [await launch("left", 700), await launch("right", 700)];
  for (let round = 0; round < 4; round += 1) {
    const count = (await written()).length;
    await vi.waitFor(async () => expect((await written()).length).toBeGreaterThan(count + 3), wait);
    const last = (await written()).at(-1)?.replica;
    const stalled = pair[last === "left" ? 0 : 1];
    stalled?.kill("SIGSTOP");
    await vi.waitFor(async () => expect((await written()).at(-1)?.replica).not.toBe(last), wait);
    stalled?.kill("SIGCONT");
  }
  const terms = (await written()).map((row) => row.term);
  expect(terms).toEqual(terms.toSorted((left, right) => left - right));
  const holders = new Map<number, string>();
  for (const { term, replica } of await written()) {
    expect(holders.get(term) ?? replica).toBe(replica);
    holders.set(term, replica);
  }
  expect(holders.size).toBeGreaterThanOrEqual(5);
}, 60_000);
