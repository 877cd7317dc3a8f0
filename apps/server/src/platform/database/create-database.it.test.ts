import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "./api.ts";
import { createDatabase } from "./create-database.ts";
import { isDatabaseAway, sqlState } from "./faults.ts";

const made: { url: string; drop?: () => Promise<void>; database?: Database } = { url: "" };

beforeAll(async () => {
  Object.assign(made, await createTestDatabase());
  made.database = createDatabase({ url: made.url });
  await made.database.query("create table note (id bigint primary key, text text)");
});

afterAll(async () => {
  await made.database?.close();
  await made.drop?.();
});

function database(): Database {
  if (!made.database) throw new Error("no database");
  return made.database;
}

test("hooks run after the commit and never after a rollback", async () => {
  const calls: string[] = [];
  await database().transaction(async (tx) => {
    await tx.query("insert into note values (1, 'a')");
    tx.afterCommit(() => calls.push("committed"));
    expect(calls).toEqual([]);
  });
  await database()
    .transaction(async (tx) => {
      tx.afterCommit(() => calls.push("never"));
      await tx.query("insert into note values (1, 'again')");
    })
    .catch((error: unknown) => calls.push(sqlState(error) ?? "none"));
  expect(calls).toEqual(["committed", "23505"]);
});

test("bigints come as numbers", async () => {
  expect(await database().query("select 9007199254740991::bigint as n, $1::int as m", [1])).toEqual([
    { n: 9007199254740991, m: 1 },
  ]);
});

test("goes on after the server has cut every connection", async () => {
  const other = createDatabase({ url: made.url });
  await other.query("select 1");
  const cut =
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  const inFlight = other.transaction(async (tx) => {
    await tx.query("select 1");
    await database().query(cut);
    await tx.query("select 2");
  });
  await expect(inFlight).rejects.toSatisfy(isDatabaseAway);
  expect(await other.query("select 3 as n")).toEqual([{ n: 3 }]);
  await other.close();
});

test("a listener hears notifications, also after its connection was cut", async () => {
  const other = createDatabase({ url: made.url });
  const heard: string[] = [];
  await other.listen("test_channel", (payload) => heard.push(payload));
  other.notify("test_channel", "one");
  await until(() => heard.includes("one"));
  await database().query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gennaker listen'",
  );
  // Being connected again is told with an empty payload, since something may have been missed.
  await until(() => heard.includes(""));
  other.notify("test_channel", "two");
  await until(() => heard.includes("two"));
  await other.close();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
