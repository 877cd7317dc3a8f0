import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../database/api.ts";
import { createDatabase } from "../database/create-database.ts";
import { migrate } from "../database/migrate.ts";
import type { StoredEvent } from "./api.ts";
import { createEventLog } from "./create-event-log.ts";

const made: { drop?: () => Promise<void>; database?: Database } = {};

beforeAll(async () => {
  const { url, drop } = await createTestDatabase({
    key: "server",
    migrate: async (each) => void (await migrate(each)),
  });
  made.drop = drop;
  made.database = createDatabase({ url });
});

afterAll(async () => {
  await made.database?.close();
  await made.drop?.();
});

function database(): Database {
  if (!made.database) throw new Error("no database");
  return made.database;
}

const event = (subject: string) => ({ type: "test", application: "shop", subject, data: { subject } });

test("an event that commits late is not passed over", async () => {
  const log = createEventLog(database());
  const { cursor: start } = await log.read(null, 10);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let early = () => {};
  const written = new Promise<void>((resolve) => (early = resolve));
  const slow = database().transaction(async (tx) => {
    await log.append(tx, [event("slow")]);
    early();
    await held;
  });
  await written;
  await database().transaction((tx) => log.append(tx, [event("fast")]));

  const before = await log.read(start, 10);
  expect(before.events).toEqual([]);
  release();
  await slow;

  const after = await readUntil(log, start, 2);
  expect(after.map((each) => each.subject)).toEqual(["slow", "fast"]);
});

test("a rolled-back change leaves no event, and hostile text survives", async () => {
  const log = createEventLog(database());
  const { cursor } = await log.read(null, 10);
  await expect(
    database().transaction(async (tx) => {
      await log.append(tx, [event("gone")]);
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  await database().transaction((tx) => log.append(tx, [{ ...event("kept"), data: { text: "a\u0000b\ud800" } }]));
  const events = await readUntil(log, cursor, 1);
  expect(events.map((each) => each.subject)).toEqual(["kept"]);
  expect(events[0]?.data).toEqual({ text: "a\u0000b\ud800" });
});

test("a listener of another replica is told", async () => {
  const here = createEventLog(database());
  const there = createEventLog(database());
  const heard = new Promise<void>((resolve) => void there.onNew(resolve));
  const again = setInterval(() => void database().transaction((tx) => here.append(tx, [event("ping")])), 50);
  await heard;
  clearInterval(again);
});

test("reads on in batches from a cursor without a gap or a repetition", async () => {
  const log = createEventLog(database());
  let { cursor } = await log.read(null, 1);
  for (let index = 0; index < 7; index += 1)
    await database().transaction((tx) => log.append(tx, [event(`${index}a`), event(`${index}b`)]));
  const seen: string[] = [];
  while (seen.length < 14) {
    const read = await log.read(cursor, 3);
    expect(read.events.length).toBeLessThanOrEqual(3);
    seen.push(...read.events.map((each) => each.subject));
    cursor = read.cursor;
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].flatMap((index) => [`${index}a`, `${index}b`]));
});

async function readUntil(
  log: ReturnType<typeof createEventLog>,
  cursor: string,
  count: number,
): Promise<StoredEvent[]> {
  for (;;) {
    const { events } = await log.read(cursor, 100);
    if (events.length >= count) return events;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
