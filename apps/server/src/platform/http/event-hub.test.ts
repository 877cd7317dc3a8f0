import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { EventLog, StoredEvent } from "../events/api.ts";
import { createEventHub } from "./event-hub.ts";
import { compareCursors, eventText, fits } from "./event-text.ts";

function event(id: number): StoredEvent {
  return {
    cursor: `${1_000 + Math.floor(id / 3)}-${id}`,
    time: "2026-01-01T00:00:00.000Z",
    type: "t",
    application: "shop",
    subject: String(id),
    data: {},
  };
}

/** An event log in memory that counts its readings and can be away. */
function fakeLog() {
  const all: StoredEvent[] = [];
  const listeners = new Set<() => void>();
  const state = { reads: 0, away: false };
  const log: EventLog = {
    append: async () => undefined,
    async read(cursor, limit) {
      state.reads += 1;
      await Promise.resolve();
      if (state.away) throw new Error("away");
      if (cursor === null) return { events: [], cursor: all.at(-1)?.cursor ?? "0-0" };
      const found = all.filter((each) => compareCursors(each.cursor, cursor) > 0).slice(0, limit);
      return { events: found, cursor: found.at(-1)?.cursor ?? cursor };
    },
    onNew(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const add = (count: number) => {
    for (let added = 0; added < count; added += 1) all.push(event(all.length + 1));
  };
  return { log, all, state, add, tell: () => listeners.forEach((listener) => listener()), listeners };
}

describe("the hub", () => {
  test("gives every reader everything after its cursor, in order and once, whenever it joins", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(fc.integer({ min: 1, max: 700 }), fc.constant("join"), fc.constant("tick"), fc.constant("away")),
          { maxLength: 12 },
        ),
        async (steps) => {
          const fake = fakeLog();
          const hub = createEventHub(fake.log);
          const readers: { from: number; got: number[] }[] = [];
          for (const step of steps) {
            if (step === "join") {
              const from = fake.all.length === 0 ? 0 : Math.floor(fake.all.length / 2);
              const reader = { from, got: [] as number[] };
              readers.push(reader);
              hub.join(fake.all[from - 1]?.cursor ?? "0-0", (news) =>
                reader.got.push(...news.map((each) => Number(each.subject))),
              );
            } else if (step === "away") fake.state.away = !fake.state.away;
            else if (step === "tick") await new Promise((resolve) => setImmediate(resolve));
            else {
              fake.add(step);
              fake.tell();
            }
          }
          fake.state.away = false;
          fake.tell();
          const wanted = (from: number) =>
            Array.from({ length: fake.all.length - from }, (_each, index) => from + index + 1);
          await vi.waitFor(
            () => expect(readers.map((reader) => reader.got)).toEqual(readers.map((reader) => wanted(reader.from))),
            { interval: 1 },
          );
          hub.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("reads once for all readers that are up to date", async () => {
    const fake = fakeLog();
    const hub = createEventHub(fake.log);
    const seen: number[] = [];
    for (let index = 0; index < 50; index += 1)
      hub.join("0-0", (news) => seen.push(...news.map((each) => Number(each.subject))));
    fake.add(1);
    fake.tell();
    await vi.waitFor(() => expect(seen).toHaveLength(50));
    const before = fake.state.reads;
    fake.add(1);
    fake.tell();
    await vi.waitFor(() => expect(seen).toHaveLength(100));
    expect(fake.state.reads - before).toBeLessThan(5);
    hub.close();
    expect(fake.listeners.size).toBe(0);
  });

  test("gives nothing to one that left", async () => {
    const fake = fakeLog();
    const hub = createEventHub(fake.log);
    const left: number[] = [];
    const stayed: number[] = [];
    hub.join("0-0", (news) => left.push(news.length))();
    hub.join("0-0", (news) => stayed.push(news.length));
    fake.add(2);
    fake.tell();
    await vi.waitFor(() => expect(stayed).toEqual([2]));
    expect(left).toEqual([]);
    hub.close();
  });
});

describe("the text", () => {
  test("is one block with the cursor as id", () => {
    expect(eventText(event(4))).toBe(
      'id: 1001-4\ndata: {"time":"2026-01-01T00:00:00.000Z","type":"t","application":"shop","subject":"4","data":{}}\n\n',
    );
  });

  test("filters by application and subject, empty ones let everything pass", () => {
    expect(fits(event(1), { application: "shop", subject: "1" })).toBe(true);
    expect(fits(event(1), { application: "", subject: undefined })).toBe(true);
    expect(fits(event(1), { application: "other", subject: undefined })).toBe(false);
    expect(fits(event(1), { application: undefined, subject: "2" })).toBe(false);
  });

  test("orders cursors as numbers, transaction first", () => {
    const cursors = ["10-1", "9-99", "9-100", "junk"];
    expect(cursors.toSorted(compareCursors)).toEqual(["junk", "9-99", "9-100", "10-1"]);
  });
});
