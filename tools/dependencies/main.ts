import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run-step.ts";
import { askAdvisories } from "./advisories.ts";
import type { Locked, Manifest } from "./check-lock.ts";
import { checkDependencies } from "./check-lock.ts";
import { projectRules } from "./rules.ts";

/** `npm run check` runs it: pins, hashes, licences, install scripts; known holes where the registry answers. */
type RootManifest = Manifest & { allowScripts?: Record<string, boolean> };

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as T;
}

const folders = ["packages", "apps"].flatMap((folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`${folder}/${entry.name}/package.json`] : [],
  ),
);
const top = read<RootManifest>("package.json");
const manifests = new Map<string, Manifest>([
  ["package.json", top],
  ...folders.map((path) => [path, read<Manifest>(path)] as const),
]);
const locked = read<{ packages: Record<string, Locked> }>("package-lock.json").packages;
const allowed = Object.entries(top.allowScripts ?? {}).flatMap(([name, allow]) => (allow ? [name] : []));

const problems = checkDependencies(manifests, locked, projectRules(allowed));
const advisories = await askAdvisories(root);
if (advisories.asked) {
  const grave = advisories.found.filter(({ severity }) => severity === "high" || severity === "critical");
  problems.push(...grave.map(({ name, severity, title }) => `${name} has a known hole (${severity}): ${title}.`));
  const others = advisories.found.length - grave.length;
  console.log(`known holes: ${grave.length} grave, ${others} others in what is shipped`);
} else console.log(`known holes: not asked (${advisories.why}); everything else was checked`);
for (const problem of problems) console.error(problem);
const count = Object.keys(locked).length;
console.log(
  `${count} packages: ${problems.length === 0 ? "pins, hashes, licences and scripts are in order" : `${problems.length} problems`}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
