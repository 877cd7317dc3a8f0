import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

export type SourceFile = {
  /** Path from the top of the checkout, with `/`. */
  path: string;
  /** What it imports: files of this repository as paths from the top, packages by their specifier. */
  imports: string[];
};

/** Every TypeScript file of packages, apps, bench and tools with its imports (type imports too). */
export function readSources(root: string): SourceFile[] {
  const patterns = [
    "packages/*/src/**/*.{ts,tsx}",
    "apps/*/{src,e2e,service}/**/*.{ts,tsx}",
    "bench/**/*.ts",
    "tools/**/*.ts",
  ];
  const paths = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((path) => !path.includes("node_modules"));
  return paths.sort().map((path) => ({ path, imports: importsOf(root, path) }));
}

function importsOf(root: string, path: string): string[] {
  const { module } = parseSync(path, readFileSync(join(root, path), "utf8"));
  const specifiers = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) => each.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ];
  return [...new Set(specifiers)].map((specifier) => resolve(path, specifier));
}

/** `./x.ts` and `@gennaker/contract/json.ts` become paths from the top; anything else stays. */
function resolve(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  const own = /^@gennaker\/([^/]+)\/(.+)$/.exec(specifier);
  return own ? `packages/${own[1]}/src/${own[2]}` : specifier;
}
