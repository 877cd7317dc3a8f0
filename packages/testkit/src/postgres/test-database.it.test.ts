import pg from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "./test-database.ts";

async function rows(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("databases of one key are copies of a template that is migrated once", async () => {
  let migrations = 0;
  const options = {
    key: `counting-${process.pid}`,
    migrate: async (url: string) => {
      migrations += 1;
      await rows(url, "create table thing (id int primary key); insert into thing values (1)");
    },
  };
  const [first, second] = await Promise.all([createTestDatabase(options), createTestDatabase(options)]);
  try {
    await rows(first.url, "insert into thing values (2)");
    expect(await rows(first.url, "select id from thing order by id")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await rows(second.url, "select id from thing order by id")).toEqual([{ id: 1 }]);
    expect(migrations).toBe(1);
  } finally {
    await Promise.all([first.drop(), second.drop()]);
  }
});

test("a failed migration is reported and tried again", async () => {
  const key = `failing-${process.pid}`;
  const broken = createTestDatabase({
    key,
    migrate: (url) => rows(url, "create table half ();select nonsense").then(() => {}),
  });
  await expect(broken).rejects.toThrow(/nonsense/);
  const repaired = await createTestDatabase({
    key,
    migrate: (url) => rows(url, "create table half ()").then(() => {}),
  });
  expect(await rows(repaired.url, "select * from half")).toEqual([]);
  await repaired.drop();
});

test("drop removes the database although somebody is connected", async () => {
  const database = await createTestDatabase();
  const other = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on("error", () => {});
  await client.connect();
  await database.drop();
  await expect(rows(database.url, "select 1")).rejects.toThrow(/does not exist/);
  expect(await rows(other.url, "select current_setting('fsync') as fsync")).toEqual([{ fsync: "off" }]);
  await client.end().catch(() => {});
  await other.drop();
});
