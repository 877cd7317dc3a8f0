import { createExportCheck } from "@gennaker/contract/audit/export-lines.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createAuditLog } from "./create-audit-log.ts";
import { exportAudit } from "./export.ts";
import { removeOldRows } from "./retention.ts";
import { sealBatch } from "./seal.ts";
import type { Scene } from "./testing/scene.ts";
import { entryOf, openScene } from "./testing/scene.ts";
import { verifyAudit } from "./verify.ts";

const scene: Scene = await openScene();
afterAll(() => scene.end());
beforeEach(async () => {
  await scene.tamper(`truncate platform_audit, platform_audit_seal, platform_audit_pending, platform_audit_checkpoint,
    platform_audit_sink restart identity`);
  await scene.tamper("update platform_audit_head set seq = 0, hash = repeat('0', 64)");
  for (let index = 1; index <= 6; index += 1) await scene.write({ resource: `pipeline/${index}` });
  await scene.seal();
});

const verify = (told: { seq: number; hash: string }[] = []) => verifyAudit(scene.database, told);
const found = async () => (await verify()).findings.map(({ kind, seq, id }) => [kind, seq, id]);
const everything = { filter: {}, after: 0, sees: () => true, signal: new AbortController().signal };

async function exported(request: Partial<Parameters<typeof exportAudit>[1]> = {}): Promise<string[]> {
  let text = "";
  for await (const part of exportAudit(scene.database, { ...everything, ...request })) text += part;
  return text.trimEnd().split("\n");
}

function checked(lines: readonly string[], told: { seq: number; hash: string }[] = []) {
  const check = createExportCheck(told);
  for (const line of lines) check.line(line);
  return check.end();
}

describe("a chain that nobody touched", () => {
  test("is intact, and tells its head", async () => {
    const result = await verify();
    expect(result).toMatchObject({
      intact: true,
      checked: 6,
      waiting: 0,
      start: { seq: 0 },
      head: { seq: 6 },
      findings: [],
    });
    expect((await verify([result.head])).intact).toBe(true);
  });

  test("takes rows as they become visible, so that late and rolled-back transactions leave no hole", async () => {
    const audit = createAuditLog();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let wrote = () => {};
    const written = new Promise<void>((resolve) => (wrote = resolve));
    const late = scene.database.transaction(async (tx) => {
      await audit.record(tx, entryOf({ resource: "late" }));
      wrote();
      await held;
    });
    await written;
    await scene.database.transaction(async (tx) => audit.record(tx, entryOf())).catch(() => undefined);
    await scene.database
      .transaction(async (tx) => {
        await audit.record(tx, entryOf());
        throw new Error("no");
      })
      .catch(() => undefined);
    await scene.write({ resource: "early" });
    await scene.seal();
    release();
    await late;
    await scene.seal();
    const order = await scene.database.query<{ resource: string }>(
      "select a.resource from platform_audit_seal s join platform_audit a on a.id = s.audit_id order by s.seq desc limit 2",
    );
    expect(order.map(({ resource }) => resource)).toEqual(["late", "early"]);
    expect((await verify()).intact).toBe(true);
  });

  test("is sealed in parts by one after the other, never twice", async () => {
    const rows = Array.from({ length: 1_500 }, () => entryOf());
    await scene.database.transaction((tx) => createAuditLog().recordAll(tx, rows));
    await Promise.all([1, 2, 3].map(() => scene.database.transaction(sealBatch)));
    expect(await verify()).toMatchObject({ intact: true, checked: 1_506, waiting: 0 });
  });

  test("of large documents is read in parts that fit into memory, and is whole", async () => {
    const text = "x".repeat(1_500_000);
    for (let index = 0; index < 6; index += 1) await scene.write({ after: { text, index } });
    const sizes: number[] = [];
    for (let sealed = await scene.database.transaction(sealBatch); sealed !== null;) {
      sizes.push(sealed.rows);
      sealed = await scene.database.transaction(sealBatch);
    }
    expect(sizes).toEqual([3, 3]);
    expect(await verify()).toMatchObject({ intact: true, checked: 12 });
    expect(checked(await exported())).toMatchObject({ entries: 12, findings: [], problems: [] });
  });
});

describe("what was done past Gennaker is found and named", () => {
  test.each<[string, string, [string, number | null, number | null][]]>([
    ["a changed text", "update platform_audit set actor = 'somebody' where id = 3", [["changed", 3, 3]]],
    ["a changed document", 'update platform_audit set after = \'{"name":"c"}\' where id = 4', [["changed", 4, 4]]],
    [
      "a changed time",
      "update platform_audit set time = time - interval '1 microsecond' where id = 2",
      [["changed", 2, 2]],
    ],
    ["a removed row", "delete from platform_audit where id = 5", [["removed", 5, 5]]],
    [
      "a removed row with its seal",
      "with gone as (delete from platform_audit_seal where seq = 5) delete from platform_audit where id = 5",
      [["removed", 5, null]],
    ],
    [
      "the newest rows with their seals",
      "with gone as (delete from platform_audit_seal where seq > 4) delete from platform_audit where id > 4",
      [["truncated", 6, null]],
    ],
    [
      "an inserted row",
      "insert into platform_audit (actor, via, action, resource) values ('a', 'api', 'x', 'y')",
      [["inserted", null, 7]],
    ],
    [
      "rows that changed places",
      `update platform_audit_seal set audit_id = case seq when 2 then -3 else -2 end where seq in (2, 3);
       update platform_audit_seal set audit_id = -audit_id where seq in (2, 3)`,
      [
        ["reordered", 2, 3],
        ["reordered", 3, 2],
      ],
    ],
    [
      "a seal made anew for a changed row",
      "update platform_audit_seal set hash = repeat('a', 64), digest = repeat('b', 64) where seq = 3",
      [
        ["broken", 4, 4],
        ["changed", 3, 3],
      ],
    ],
    [
      "an oldest part that retention has not removed",
      `with gone as (delete from platform_audit_seal where seq < 3 returning 1), rows as (delete from platform_audit where id < 3)
       insert into platform_audit_checkpoint (seq, hash, removed) select 2, repeat('0', 64), 2`,
      [
        ["broken", 3, 3],
        ["removed", 2, null],
      ],
    ],
  ])("%s", async (_what, sql, expected) => {
    for (const statement of sql.split(";")) await scene.tamper(statement);
    expect(await found()).toEqual(expected);
  });

  test("a row that waits for its seal and is removed", async () => {
    await scene.write();
    await scene.tamper("delete from platform_audit where id = 7");
    expect(await found()).toEqual([["removed", null, 7]]);
  });

  test("a chain that was made anew from end to end, by a head that was kept", async () => {
    const { head } = await verify();
    await scene.tamper("update platform_audit set actor = 'somebody' where id = 3");
    await scene.tamper("truncate platform_audit_seal");
    await scene.tamper("update platform_audit_head set seq = 0, hash = repeat('0', 64)");
    await scene.tamper("insert into platform_audit_pending select id from platform_audit");
    await scene.seal();
    expect((await verify()).intact).toBe(true);
    expect((await verify([head])).findings).toMatchObject([{ kind: "broken", seq: 6 }]);
  });

  test("without tricks the tables refuse it", async () => {
    for (const sql of [
      "update platform_audit set actor = 'x'",
      "delete from platform_audit where id = 1",
      "truncate platform_audit",
      "delete from platform_audit_seal",
    ])
      await expect(scene.database.query(sql)).rejects.toThrow("append-only");
  });
});

describe("an export", () => {
  test("is checked without a server, and has every field", async () => {
    const lines = await exported();
    expect(checked(lines)).toMatchObject({ entries: 6, gaps: 0, findings: [], problems: [], head: { seq: 6 } });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({
      kind: "entry",
      seq: 1,
      actor: "kim",
      credential: "token/t1",
      outcome: "done",
      before: { name: "a", 1: "one" },
      after: { text: "배포 \u0000 \ud800" },
    });
  });

  test.each<[string, (lines: string[]) => string[], string]>([
    [
      "changed",
      (lines) => lines.map((line) => line.replace('"seq":3,', '"seq":3,').replace("pipeline/3", "pipeline/4")),
      "changed 3",
    ],
    [
      "cut off at the beginning, with a new start",
      (lines) => {
        const { seq, hash } = JSON.parse(lines[2] ?? "") as { seq: number; hash: string };
        return [JSON.stringify({ ...JSON.parse(lines[0] ?? ""), seq, hash }), ...lines.slice(3)];
      },
      "removed 2",
    ],
    ["removed", (lines) => lines.filter((line) => !line.includes('"seq":3,')), "removed 3"],
    ["moved", ([start = "", one = "", two = "", ...rest]) => [start, two, one, ...rest], "reordered 1"],
    ["put in twice", ([start = "", one = "", ...rest]) => [start, one, one, ...rest], "inserted 1"],
    ["cut off, with a new end", (lines) => [...lines.slice(0, -2), lines.at(-1) ?? ""], "truncated 6"],
  ])("lines that were %s are named", async (_what, change, expected) => {
    const { findings } = checked(change(await exported()));
    expect(findings.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([expected]);
  });

  test("without its end, with strange lines or fields it is not whole", async () => {
    const lines = await exported();
    expect(checked(lines.slice(0, -1)).problems).toMatchObject([
      { text: expect.stringContaining("end line") as string },
    ]);
    expect(checked([]).problems).toHaveLength(1);
    expect(checked(["{}", ...lines]).problems).toMatchObject([{ line: 1 }]);
    const more = lines.map((line) => line.replace('"kind":"entry"', '"kind":"entry","also":1'));
    expect(checked(more).problems).toHaveLength(6);
  });

  test("of a part says where entries were left out, and is linked where they were not", async () => {
    await scene.write({ application: "secret" });
    await scene.write();
    await scene.seal();
    const lines = await exported({ sees: (application) => application !== "secret" });
    expect(lines.join()).not.toContain('"application":"secret"');
    expect(checked(lines)).toMatchObject({ entries: 7, gaps: 1, findings: [], head: { seq: 8 } });
    const one = await exported({ filter: { resource: "pipeline/2" } });
    expect(checked(one)).toMatchObject({ entries: 1, gaps: 2, findings: [] });
    const later = await exported({ after: 5 });
    expect(checked(later)).toMatchObject({ entries: 3, start: { seq: 5 }, findings: [{ kind: "removed", seq: 5 }] });
    const end = JSON.parse(lines[5] ?? "") as { seq: number; hash: string };
    expect(checked(later, [end])).toMatchObject({ entries: 3, findings: [] });
    expect(checked(later, [{ ...end, hash: "e".repeat(64) }]).findings).toMatchObject([{ kind: "broken", seq: 5 }]);
    expect(checked(await exported({ after: 99 }))).toMatchObject({ entries: 0, start: { seq: 8 } });
  });

  test("fits the heads that were kept, or not", async () => {
    const lines = await exported();
    const told = JSON.parse(lines[4] ?? "") as { seq: number; hash: string };
    expect(checked(lines, [told]).findings).toEqual([]);
    expect(checked(lines, [{ ...told, hash: "f".repeat(64) }]).findings).toMatchObject([{ kind: "broken", seq: 4 }]);
    expect(checked(lines, [{ seq: 9, hash: told.hash }]).findings).toMatchObject([{ kind: "truncated", seq: 9 }]);
  });
});

describe("retention", () => {
  const removeOld = (until = new Date()) =>
    removeOldRows(
      { database: scene.database, audit: createAuditLog() },
      (work) => scene.database.transaction(work),
      until,
      new AbortController().signal,
    );

  test("removes the oldest part; what is left is intact, and begins after a checkpoint that is sealed", async () => {
    await scene.tamper("update platform_audit set time = time - interval '1 hour' where id <= 4");
    await scene.tamper("truncate platform_audit_seal");
    await scene.tamper("update platform_audit_head set seq = 0, hash = repeat('0', 64)");
    await scene.tamper("insert into platform_audit_pending select id from platform_audit");
    await scene.seal();
    expect(await removeOld(new Date(Date.now() - 1_800_000))).toBe(4);
    expect((await verify()).intact).toBe(true);
    await scene.seal();
    expect(await verify()).toMatchObject({ intact: true, checked: 3, start: { seq: 4 }, head: { seq: 7 } });
    expect(checked(await exported())).toMatchObject({ entries: 3, start: { seq: 4 }, findings: [] });
    expect(await removeOld(new Date(Date.now() - 1_800_000))).toBe(0);
  });

  test("waits for places outside that were not told yet", async () => {
    await scene.database.query("insert into platform_audit_sink (name, seq) values ('siem', 2)");
    expect(await removeOld()).toBe(2);
    expect((await verify()).start.seq).toBe(2);
  });
});
