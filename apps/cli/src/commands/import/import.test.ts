import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";

const home = mkdtempSync(join(tmpdir(), "gennaker-import-"));
afterAll(() => rmSync(home, { recursive: true }));
function write(files: Record<string, string>): string {
  const folder = mkdtempSync(join(home, "d"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const item = (outcome: string, name = "p") => ({
  source: "f",
  pointer: "",
  kind: "pipeline",
  name,
  application: "shop",
  outcome,
  change: "created",
  key: "1",
  notes: [{ level: "attention", code: "c", pointer: "/stages/0", message: "needs you", suggestion: "do it" }],
});
const answering = (...items: object[]) => ({
  "POST /import": { id: "I1", dryRun: false, counts: {}, items },
  "GET /accounts": [],
});
type Sent = { items: { source: string; text: string }[]; import?: string; dryRun: boolean; accounts: object };
const sent = (asked: { body: unknown }[]) => asked.map(({ body }) => body as Sent);

describe("files and directories", () => {
  test("each document is sent with what its place says, applications before what is theirs; others are told", async () => {
    const folder = write({
      "applications/shop/application.json": '{"email":"e"}',
      "applications/shop/pipelines/0001-deploy.json": '{"stages":[],"n":1.0}',
      "many.json": '[{"a":1},{"b":2}]',
      "two.yaml": "a: 1\n---\nb: 2\n",
      "README.md": "x",
      ".git/config.json": "{}",
    });
    const { code, out, asked } = await runAgainst(answering(item("imported")), ["import", folder, "--dry-run"]);
    expect(code).toBe(0);
    const [{ items, dryRun }] = sent(asked) as [Sent];
    expect(dryRun).toBe(true);
    expect(items.map(({ source, ...rest }) => [source.slice(folder.length + 1), rest])).toEqual([
      ["many.json#/0", { text: '{"a":1}' }],
      ["many.json#/1", { text: '{"b":2}' }],
      ["two.yaml#/0", { text: '{"a":1}' }],
      ["two.yaml#/1", { text: '{"b":2}' }],
      [
        "applications/shop/application.json",
        { kind: "application", application: "shop", text: '{"email":"e"}', name: "application" },
      ],
      [
        "applications/shop/pipelines/0001-deploy.json",
        { kind: "pipeline", application: "shop", text: '{"stages":[],"n":1.0}', name: "deploy" },
      ],
    ]);
    expect(out).toContain("1 files that are neither JSON nor YAML were not read");
    expect(out).toContain("Would come to: 1 imported");
  });

  test("standard input, and an application for documents that do not say theirs", async () => {
    const { asked } = await runAgainst(answering(), ["import", "-", "--application", "shop"], '{"a":1}\n{"b":2}\n');
    expect(sent(asked)[0]?.items).toEqual([
      { source: "standard input#/0", application: "shop", text: '{"a":1}' },
      { source: "standard input#/1", application: "shop", text: '{"b":2}' },
    ]);
  });

  test("templates of a directory are read where they are JSON", async () => {
    const folder = write({
      "pipeline.template": '\n{ "name": "p" }',
      "chart.tpl": '{{- define "x" }}',
      "list.tmpl": "[]",
      "notes.template": "Dear all",
    });
    const { asked, out } = await runAgainst(answering(item("imported")), ["import", folder, "--dry-run"]);
    expect(sent(asked).flatMap(({ items }) => items.map(({ source }) => source.slice(folder.length + 1)))).toEqual([
      "pipeline.template",
    ]);
    expect(out).toContain("2 files that are neither JSON nor YAML were not read");
  });

  test("much is sent in parts that go on with one import", async () => {
    const folder = write({ "all.json": `[${Array.from({ length: 120 }, (_, n) => `{"n":${n}}`).join(",")}]` });
    const { asked } = await runAgainst(answering(item("imported")), ["import", folder]);
    expect(sent(asked).map(({ items, import: of }) => [items.length, of])).toEqual([
      [50, undefined],
      [50, "I1"],
      [20, "I1"],
    ]);
  });

  test("accounts of a file are sent along", async () => {
    const folder = write({ "p.json": "{}", "map.yml": "far: local\n" });
    const { asked } = await runAgainst(answering(), [
      "import",
      join(folder, "p.json"),
      "--accounts",
      join(folder, "map.yml"),
    ]);
    expect(sent(asked)[0]?.accounts).toEqual({ far: "local" });
  });
});

describe("the report", () => {
  const file = write({ "p.json": "{}" });
  test("shows what needs somebody, counts the rest, and exits 1 when something was refused", async () => {
    const { code, out } = await runAgainst(answering(item("imported"), item("attention", "q"), item("refused", "r")), [
      "import",
      file,
    ]);
    expect(code).toBe(1);
    expect(out).toContain("attention pipeline shop/q  (f)\n    /stages/0: needs you\n      do it\n");
    expect(out).not.toContain("shop/p");
    expect(out).toContain("Done: 1 imported, 0 repaired, 1 attention, 0 unchanged, 1 refused.\nReport: I1\n");
  });

  test("is one JSON document, on standard output and in a file", async () => {
    const output = join(file, "report.out");
    const { out, code } = await runAgainst(answering(item("imported"), item("unchanged")), [
      "import",
      file,
      "--json",
      "--output",
      output,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id: "I1",
      complete: true,
      items: [{ outcome: "imported" }, {}],
      counts: { unchanged: 1 },
    });
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual(JSON.parse(out));
  });
});

test.each([
  [["import"], 2, "Say what to import"],
  [["import", "x", "--gate", "http://h"], 2, "Say what to import"],
  [["import", "/nowhere/at/all"], 1, "there is no such file or directory"],
  [["import", "--gate", "ftp://h"], 2, "no address of a Gate"],
  [["import", "--gate", "http://u:p@h"], 2, "not in the address"],
  [["import", "--gate", "http://h", "--header", "nonsense"], 2, "NAME: VALUE"],
  [["import", "--gate", "http://h", "--token-env", "UNSET_ANYWHERE"], 2, "UNSET_ANYWHERE is not set"],
  [["shadow", "shop", "deploy"], 2, "--gate URL"],
])("%j is refused in words", async (args, code, words) => {
  const ended = await runAgainst({}, args);
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(words)]);
});
