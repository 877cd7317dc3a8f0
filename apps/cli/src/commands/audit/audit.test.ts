import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SealedRow } from "@gennaker/contract/audit/chain.ts";
import { digestOf, link, noHash } from "@gennaker/contract/audit/chain.ts";
import type { ExportLine } from "@gennaker/contract/audit/export-lines.ts";
import { afterAll, describe, expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";
import { readTime } from "./filter.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-audit-"));
afterAll(() => rmSync(directory, { recursive: true }));

const row = (id: number): SealedRow => ({
  id,
  time: "2026-05-04T10:20:30.123456Z",
  actor: "kim",
  onBehalfOf: null,
  via: "api",
  credential: "token/1",
  requestId: null,
  address: "192.0.2.1",
  userAgent: null,
  action: "pipeline.update",
  resource: `pipeline/${id}`,
  application: "shop",
  outcome: "done",
  count: 1,
  reason: null,
  before: null,
  after: '{"name":"배포"}',
});

function exportOf(count: number): string {
  let hash = noHash;
  const lines: ExportLine[] = [{ kind: "start", format: "gennaker.audit/1", seq: 0, hash, filter: null }];
  for (let seq = 1; seq <= count; seq += 1) {
    const each = row(seq);
    hash = link(hash, seq, digestOf(each));
    lines.push({ kind: "entry", seq, hash, ...each, before: null, after: { name: "배포" } });
  }
  lines.push({ kind: "end", seq: count, hash });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function file(text: string): string {
  const path = join(directory, `${Math.random()}.jsonl`);
  writeFileSync(path, text);
  return path;
}

describe("verify of a file", () => {
  test("says that it is intact, with the head to keep", async () => {
    const { code, out, asked } = await runAgainst({}, ["audit", "verify", file(exportOf(3))]);
    expect([code, asked]).toEqual([0, []]);
    expect(out).toMatch(
      /is intact: 3 sealed entries, after seal 0 up to seal 3\.\nKeep the head elsewhere: 3:[0-9a-f]{64}\n/,
    );
  });

  test("names what was changed, and ends with 1", async () => {
    const path = file(exportOf(3).replace('"resource":"pipeline/2"', '"resource":"pipeline/9"'));
    const { code, out } = await runAgainst({}, ["audit", "verify", path]);
    expect(code).toBe(1);
    expect(out).toContain("NOT intact");
    expect(out).toContain("changed: Row 2, sealed as 2, was changed after it was sealed.");
    const json = await runAgainst({}, ["audit", "verify", path, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ intact: false, findings: [{ kind: "changed", seq: 2, id: 2 }] });
  });

  test("reads standard input, and compares with a head that was kept", async () => {
    expect((await runAgainst({}, ["audit", "verify", "-"], exportOf(2))).code).toBe(0);
    const other = await runAgainst({}, ["audit", "verify", "-", "--head", `2:${"a".repeat(64)}`], exportOf(2));
    expect([other.code, other.out]).toEqual([1, expect.stringContaining("another hash") as string]);
    expect((await runAgainst({}, ["audit", "verify", "-", "--head", "x"], exportOf(2))).code).toBe(2);
  });

  test("that is none, is cut or missing is told", async () => {
    expect((await runAgainst({}, ["audit", "verify", "-"], "")).out).toContain("nothing in it");
    const cut = exportOf(2).split("\n").slice(0, 2).join("\n");
    expect((await runAgainst({}, ["audit", "verify", "-"], cut)).out).toContain("not whole");
    const missing = await runAgainst({}, ["audit", "verify", join(directory, "none")]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("cannot be read") as string]);
  });
});

test("what the server finds and its entries do not show is told too", async () => {
  const head = { seq: 0, hash: noHash };
  const finding = { kind: "inserted", seq: null, id: 9, text: "Row 9 was put in past Gennaker." };
  const answer = { intact: false, checked: 0, waiting: 1, start: head, head, findings: [finding] };
  const { code, out, asked } = await runAgainst({ "GET /audit/verify": answer, "GET /audit/export": {} }, [
    "audit",
    "verify",
  ]);
  expect(asked.map(({ path }) => path)).toEqual(["/audit/verify", "/audit/export"]);
  expect(code).toBe(1);
  expect(out).toContain("inserted: Row 9");
  expect(out).toContain("1 entries wait");
});

test("list shows counted and denied entries, and on whose behalf", async () => {
  const entry = { ...row(1), after: null, outcome: "denied", count: 12, onBehalfOf: "ann", reason: "no" };
  const { out, asked } = await runAgainst({ "GET /audit": [entry] }, ["audit", "list", "--outcome", "denied"]);
  expect(asked).toHaveLength(1);
  expect(out).toMatch(/kim for ann +api +pipeline\.update +pipeline\/1 +shop +denied × 12 +no/);
  const wrong = await runAgainst({}, ["audit", "list", "--outcome", "bad"]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("is no outcome") as string]);
});

test("times are dates, moments, or so long ago", () => {
  const now = Date.parse("2026-05-04T12:00:00Z");
  expect(readTime("2026-05-04", now)).toBe("2026-05-04T00:00:00.000Z");
  expect(readTime("2026-05-04T10:20:30+09:00", now)).toBe("2026-05-04T01:20:30.000Z");
  expect(readTime("36h", now)).toBe("2026-05-03T00:00:00.000Z");
  for (const text of ["yesterday", "2026-13-01", "2026-05-04T10", "7w"])
    expect(() => readTime(text, now)).toThrow("is no time");
});

test("state tells the head and places that are behind", async () => {
  const sink = {
    name: "siem",
    type: "otlp",
    seq: 1,
    behind: 4,
    error: "answered 503",
    failingSince: "2026-05-04T10:00:00Z",
  };
  const state = { head: { seq: 5, hash: "a".repeat(64) }, waiting: 0, checkpoint: null, keepDays: 400, sinks: [sink] };
  const { out } = await runAgainst({ "GET /audit/state": state }, ["audit", "state"]);
  expect(out).toContain(`5:${"a".repeat(64)}`);
  expect(out).toMatch(/siem +otlp +4 +since .*answered 503/);
});

test("export keeps the file there was when it fails", async () => {
  const path = file("before");
  expect((await runAgainst({}, ["audit", "export", path])).code).toBe(1);
  const done = await runAgainst({ "GET /audit/export": {} }, ["audit", "export", path]);
  expect([done.code, done.err]).toEqual([0, expect.stringContaining("audit verify") as string]);
});
