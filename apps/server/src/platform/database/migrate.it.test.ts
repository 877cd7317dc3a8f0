import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "./create-database.ts";
import { migrate, readMigrations } from "./migrate.ts";

const made: { url: string; drop: () => Promise<void>; folder: string } = { url: "", drop: async () => {}, folder: "" };

beforeEach(async () => {
  Object.assign(made, await createTestDatabase(), { folder: mkdtempSync(join(tmpdir(), "gennaker-migrations-")) });
});

afterEach(async () => {
  await made.drop();
  rmSync(made.folder, { recursive: true });
});

function write(file: string, sql: string): void {
  writeFileSync(join(made.folder, file), sql);
}

test("the product's migrations apply once, whoever comes first", async () => {
  const runs = await Promise.all([migrate(made.url), migrate(made.url), migrate(made.url)]);
  const all = (await readMigrations()).map((migration) => migration.file);
  expect(runs.flatMap((run) => run.applied).sort()).toEqual(all);
  expect((await migrate(made.url)).applied).toEqual([]);
});

test("a failing migration is taken back whole, and those before it stay", async () => {
  write("0001-a-one.sql", "create table one (id int)");
  write("0002-a-two.sql", "create table two (id int); select no_such_function()");
  await expect(migrate(made.url, made.folder)).rejects.toThrow(/0002-a-two.sql failed and was taken back/);
  const database = createDatabase({ url: made.url });
  const tables = await database.query<{ one: string | null; two: string | null }>(
    "select to_regclass('one')::text as one, to_regclass('two')::text as two",
  );
  await database.close();
  expect(tables).toEqual([{ one: "one", two: null }]);
});

test("a migration of a newer replica is left alone", async () => {
  write("0001-a-one.sql", "create table one (id int)");
  write("0002-a-two.sql", "create table two (id int)");
  await migrate(made.url, made.folder);
  rmSync(join(made.folder, "0002-a-two.sql"));
  expect((await migrate(made.url, made.folder)).applied).toEqual([]);
});

test("two with one number, or a misnamed one, are refused", async () => {
  write("0001-a-one.sql", "");
  write("0001-b-two.sql", "");
  await expect(readMigrations(made.folder)).rejects.toThrow(/number 0001/);
  rmSync(join(made.folder, "0001-b-two.sql"));
  write("2-x.sql", "");
  await expect(readMigrations(made.folder)).rejects.toThrow(/no migration's name/);
});
