import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomically } from "./files.ts";
import { checkMajorVersion, configure } from "./initialize.ts";
import { layoutOf, type Layout } from "./layout.ts";

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, switch: false };
const binaries = { directory: "/b", postgres: "/b/postgres", initdb: "/b/initdb", major: "18" };
describe("preparing a cluster", () => {
  let layout: Layout;

  beforeEach(() => {
    layout = layoutOf(mkdtempSync(join(tmpdir(), "gennaker-init-")));
    mkdirSync(layout.cluster, { recursive: true });
  });
  afterEach(() => rmSync(layout.root, { recursive: true, force: true }));

  test("the configuration is written once, and again only when it differs", () => {
    expect(configure(layout, user, { work_mem: "4MB" })).toBe(true);
    expect(configure(layout, user, { work_mem: "4MB" })).toBe(false);
    expect(configure(layout, user, { work_mem: "5MB" })).toBe(true);
    writeFileSync(join(layout.cluster, "pg_hba.conf"), "local all all trust\n");
    expect(configure(layout, user, { work_mem: "5MB" })).toBe(true);
    expect(readFileSync(join(layout.cluster, "pg_hba.conf"), "utf8")).toBe("local all all peer map=gennaker\n");
    expect(statSync(join(layout.cluster, "pg_hba.conf")).mode & 0o777).toBe(0o600);
  });

  test("only data of this major version passes", () => {
    const version = join(layout.cluster, "PG_VERSION");
    expect(() => checkMajorVersion(layout, binaries)).toThrow(/PG_VERSION is missing/);
    writeFileSync(version, "17\n");
    expect(() => checkMajorVersion(layout, binaries)).toThrow(/written by PostgreSQL 17.*carries PostgreSQL 18/);
    writeFileSync(version, "18\n");
    expect(() => checkMajorVersion(layout, binaries)).not.toThrow();
    rmSync(layout.cluster, { recursive: true });
    expect(() => checkMajorVersion(layout, binaries)).not.toThrow();
  });

  test("a file is replaced whole, and a failed replacement leaves the old one and no draft", () => {
    const path = join(layout.root, "file");
    writeAtomically(path, "one", 0o600);
    writeAtomically(path, "two", 0o600);
    expect(readFileSync(path, "utf8")).toBe("two");
    const directory = join(layout.root, "taken");
    mkdirSync(join(directory, "full"), { recursive: true });
    expect(() => writeAtomically(directory, "three", 0o600)).toThrow();
    expect(readdirSync(layout.root).toSorted()).toEqual(["file", "postgres", "taken"]);
  });
});
