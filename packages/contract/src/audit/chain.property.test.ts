import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SealedRow } from "./chain.ts";
import { digestOf, link, noHash } from "./chain.ts";
import type { ChainItem } from "./check-chain.ts";
import { createChainCheck } from "./check-chain.ts";
import type { ExportLine } from "./export-lines.ts";
import { createExportCheck } from "./export-lines.ts";

const text = fc.string({ unit: "binary", maxLength: 8 });
const maybe = fc.option(text);
const row: fc.Arbitrary<Omit<SealedRow, "id">> = fc.record({
  time: fc.constant("2026-05-04T10:20:30.123456Z"),
  actor: text,
  onBehalfOf: maybe,
  via: text,
  credential: maybe,
  requestId: maybe,
  address: maybe,
  userAgent: maybe,
  action: text,
  resource: text,
  application: maybe,
  outcome: text,
  count: fc.nat(),
  reason: maybe,
  before: fc.option(fc.json().filter((each) => each !== "null")).map(normal),
  after: fc.option(fc.json().filter((each) => each !== "null")).map(normal),
});

/** As the server writes documents. */
function normal(json: string | null): string | null {
  const written = json === null ? null : JSON.stringify(JSON.parse(json));
  return written === "null" ? null : written;
}

type Chain = { rows: SealedRow[]; items: ChainItem[] };
const chain: fc.Arbitrary<Chain> = fc.array(row, { minLength: 1, maxLength: 12 }).map((given) => {
  let hash = noHash;
  const rows = given.map((each, index) => ({ ...each, id: index + 10 }));
  const items = rows.map((each, index) => {
    const digest = digestOf(each);
    hash = link(hash, index + 1, digest);
    return { seq: index + 1, hash, id: each.id, digest, sealed: digest };
  });
  return { rows, items };
});

const start = { seq: 0, hash: noHash };
const headOf = (items: readonly ChainItem[]) => ({ seq: items.length, hash: items.at(-1)?.hash ?? noHash });

function check(items: readonly ChainItem[], head = headOf(items)) {
  const checking = createChainCheck(start);
  for (const item of items) checking.add(item);
  return checking.end(head).findings;
}

function exported({ rows, items }: Chain): ExportLine[] {
  const lines = items.map((item, index): ExportLine => {
    const { before, after, ...rest } = rows[index] as SealedRow;
    const read = (json: string | null): unknown => (json === null ? null : JSON.parse(json));
    return { kind: "entry", seq: item.seq, hash: item.hash, ...rest, before: read(before), after: read(after) };
  });
  return [
    { kind: "start", format: "gennaker.audit/1", ...start, filter: null },
    ...lines,
    { kind: "end", ...headOf(items) },
  ];
}

function checkExport(lines: readonly ExportLine[]) {
  const checking = createExportCheck();
  for (const line of lines) checking.line(JSON.stringify(line));
  const { findings, problems } = checking.end();
  return [...findings.map(({ kind }) => kind), ...problems.map(({ text: why }) => why)];
}

describe("a chain of any rows", () => {
  test("is intact, in the database and as an export that was written and read as JSON", () => {
    fc.assert(
      fc.property(chain, (given) => {
        expect(check(given.items)).toEqual([]);
        expect(checkExport(exported(given))).toEqual([]);
      }),
    );
  });

  test("with any field of any row changed names that row", () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.nat(), (given, which, field) => {
        const at = which % given.rows.length;
        const old = given.rows[at] as SealedRow;
        const names = Object.keys(old) as (keyof SealedRow)[];
        const name = names[field % names.length] as keyof SealedRow;
        const changed = { ...old, [name]: typeof old[name] === "number" ? old[name] + 1 : `${String(old[name])}x` };
        const items = given.items.map((item, index) => (index === at ? { ...item, digest: digestOf(changed) } : item));
        expect(check(items)).toMatchObject([{ kind: "changed", seq: at + 1, id: old.id }]);
      }),
    );
  });

  test("without one row, or one seal, or its end, is not intact, and says which is missing", () => {
    fc.assert(
      fc.property(chain, fc.nat(), (given, which) => {
        const at = which % given.items.length;
        const without = given.items.map((item, index) => (index === at ? { ...item, digest: null } : item));
        expect(check(without)).toMatchObject([{ kind: "removed", seq: at + 1 }]);
        const cut = given.items.filter((_item, index) => index !== at);
        const last = at === given.items.length - 1;
        expect(check(cut, headOf(given.items))).toMatchObject([
          last ? { kind: "truncated", seq: given.items.length } : { kind: "removed", seq: at + 1 },
        ]);
      }),
    );
  });

  test("with two places exchanged, in rows or in lines, says so", () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.nat(), (given, one, other) => {
        const [a, b] = [one % given.items.length, other % given.items.length];
        if (a === b) return;
        const digests = given.items.map(({ digest }) => digest);
        const rows = given.items.map((item, index) => {
          const from = index === a ? b : index === b ? a : index;
          return { ...item, digest: digests[from] ?? null, id: given.items[from]?.id ?? null };
        });
        expect(check(rows).map(({ kind, seq }) => [kind, seq])).toEqual([
          ["reordered", Math.min(a, b) + 1],
          ["reordered", Math.max(a, b) + 1],
        ]);
        const lines = exported(given);
        const swapped = lines.map(
          (line, index) => lines[index === a + 1 ? b + 1 : index === b + 1 ? a + 1 : index] ?? line,
        );
        expect(checkExport(swapped)).toContain("reordered");
      }),
    );
  });

  test("whatever the lines of an export are, the check ends, and never calls anything else intact", () => {
    fc.assert(
      fc.property(
        chain,
        fc.array(fc.oneof(fc.string(), fc.json()), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (given, strange, where) => {
          const lines = exported(given).map((line) => JSON.stringify(line));
          const at = where % lines.length;
          const checking = createExportCheck();
          for (const line of [...lines.slice(0, at), ...strange, ...lines.slice(at)]) checking.line(line);
          expect(checking.end().problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
