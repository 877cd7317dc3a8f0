import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { SourceFile } from "./read-imports.ts";
import { readSources } from "./read-imports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = readSources(root);
const isTest = (path: string) => /\.test\.tsx?$|\/fixtures\/|\/testing\/|contract-suite/.test(path);

/** The folder that is one unit of the server: the second level (`deliver/triggers`), or the first where there is none. */
function unitOf(path: string): string | null {
  const match = /^apps\/server\/src\/([^/]+)\/(?:([^/]+)\/)?/.exec(path);
  return match ? (match[2] ? `${match[1]}/${match[2]}` : (match[1] ?? null)) : null;
}

/** Lower layers never import higher ones. `engine` stands beside `access`, both above `platform`. */
const layers: readonly (readonly string[])[] = [
  ["platform"],
  ["access", "engine"],
  ["providers", "deliver", "traffic", "observe", "judge", "learn", "release"],
  ["gate", "mcp"],
  ["compose"],
];

function layerOf(unit: string): number {
  return layers.findIndex((layer) => layer.includes(unit.split("/")[0] ?? ""));
}

function violations(check: (file: SourceFile, imported: string) => string | null): string[] {
  return sources.flatMap((file) => file.imports.flatMap((imported) => check(file, imported) ?? []));
}

describe("the map", () => {
  test("every tracked source file was seen", () => {
    const tracked = execFileSync("git", ["ls-files", "packages", "apps", "bench", "tools"], {
      cwd: root,
      encoding: "utf8",
    })
      .split("\n")
      .filter(
        (path) =>
          /\.tsx?$/.test(path) && /^(packages\/[^/]+\/src|apps\/[^/]+\/(src|e2e|service)|bench|tools)\//.test(path),
      );
    const seen = new Set(sources.map((source) => source.path));
    expect(tracked.length).toBeGreaterThan(100);
    expect(tracked.filter((path) => !seen.has(path))).toEqual([]);
  });

  test("packages never import apps", () => {
    expect(
      violations((file, imported) =>
        file.path.startsWith("packages/") && imported.startsWith("apps/") ? `${file.path} → ${imported}` : null,
      ),
    ).toEqual([]);
  });

  test("apps do not import each other's sources", () => {
    const app = (path: string) => /^apps\/([^/]+)\//.exec(path)?.[1] ?? null;
    expect(
      violations((file, imported) =>
        app(file.path) && app(imported) && app(file.path) !== app(imported) ? `${file.path} → ${imported}` : null,
      ),
    ).toEqual([]);
  });

  test("the UI imports only contract and client", () => {
    const allowed = /^packages\/(contract|client)\//;
    expect(
      violations((file, imported) =>
        file.path.startsWith("apps/web/src/") &&
        !isTest(file.path) &&
        imported.startsWith("packages/") &&
        !allowed.test(imported)
          ? `${file.path} → ${imported}`
          : null,
      ),
    ).toEqual([]);
  });

  test("server layers point one way", () => {
    expect(
      violations((file, imported) => {
        const from = unitOf(file.path);
        const to = unitOf(imported);
        if (from === null || to === null || isTest(file.path)) return null;
        return layerOf(to) > layerOf(from) ? `${file.path} → ${imported}` : null;
      }),
    ).toEqual([]);
  });

  test("units of the server reach others only through their api.ts (compose wires, and may reach all)", () => {
    const open = /\/(api|naming)\.ts$/;
    expect(
      violations((file, imported) => {
        const from = unitOf(file.path);
        const to = unitOf(imported);
        if (from === null || to === null || from === to || isTest(file.path)) return null;
        if (from === "compose" || from.startsWith("platform") || to.startsWith("platform") || open.test(imported))
          return null;
        return `${file.path} → ${imported}`;
      }),
    ).toEqual([]);
  });

  test("the graph of units has no cycle", () => {
    const edges = new Map<string, Set<string>>();
    for (const file of sources) {
      const from = unitOf(file.path);
      if (from === null || isTest(file.path)) continue;
      for (const imported of file.imports) {
        const to = unitOf(imported);
        if (to !== null && to !== from) edges.set(from, (edges.get(from) ?? new Set()).add(to));
      }
    }
    expect(findCycle(edges)).toBeNull();
  });
});

function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (unit: string): string | null => {
    if (path.includes(unit)) return [...path.slice(path.indexOf(unit)), unit].join(" → ");
    if (done.has(unit)) return null;
    path.push(unit);
    for (const next of edges.get(unit) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(unit);
    return null;
  };
  for (const unit of edges.keys()) {
    const cycle = visit(unit);
    if (cycle) return cycle;
  }
  return null;
}
