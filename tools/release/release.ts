import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locked } from "../dependencies/check-lock.ts";
import { billOfMaterials } from "./sbom.ts";
import { isSigned, signText } from "./signature.ts";

const sums = "SHA256SUMS";
const signature = `${sums}.sig`;

/**
 * Makes the artefacts of a release from a commit: its tree as an archive (the same bytes whoever makes it from the same
 * commit with the same git), the list of what is shipped with it, their SHA-256 sums, and the signature of those.
 */
export function makeRelease(checkout: string, commit: string, privateKey: string, out: string): string[] {
  const show = (path: string) =>
    execFileSync("git", ["show", `${commit}:${path}`], { cwd: checkout, maxBuffer: 1 << 28 });
  const { version } = JSON.parse(show("package.json").toString("utf8")) as { version: string };
  const { packages } = JSON.parse(show("package-lock.json").toString("utf8")) as { packages: Record<string, Locked> };
  mkdirSync(out, { recursive: true });
  const name = `gennaker-${version}`;
  const archive = execFileSync("git", ["archive", "--format=tar", `--prefix=${name}/`, commit], {
    cwd: checkout,
    maxBuffer: 1 << 30,
  });
  writeFileSync(join(out, `${name}.tar`), archive);
  writeFileSync(join(out, `${name}.cdx.json`), `${JSON.stringify(billOfMaterials(version, packages), null, 2)}\n`);
  const text = [`${name}.cdx.json`, `${name}.tar`].map((file) => `${sha256(join(out, file))}  ${file}\n`).join("");
  writeFileSync(join(out, sums), text);
  writeFileSync(join(out, signature), signText(text, privateKey));
  return [`${name}.tar`, `${name}.cdx.json`, sums, signature];
}

/** What is not as it was signed, in sentences; nothing when all is well. */
export function verifyRelease(directory: string, publicKey: string): string[] {
  const text = readFileSync(join(directory, sums), "utf8");
  if (!isSigned(text, readFileSync(join(directory, signature)), publicKey))
    return [`${sums} was not signed with this key, or was changed since. Trust nothing in ${directory}.`];
  const lines = text.trimEnd().split("\n");
  const found: string[] = [];
  const named = new Set([sums, signature]);
  for (const line of lines) {
    const [, sum, file] = /^([0-9a-f]{64})  ([\w.-]+)$/.exec(line) ?? [];
    if (sum === undefined || file === undefined) {
      found.push(`${sums} has a line that cannot be read: ${line}`);
      continue;
    }
    named.add(file);
    const actual = readdirSync(directory).includes(file) ? sha256(join(directory, file)) : null;
    if (actual === null) found.push(`${file} is missing.`);
    else if (actual !== sum) found.push(`${file} is not what was signed.`);
  }
  for (const file of readdirSync(directory)) if (!named.has(file)) found.push(`${file} is not part of the release.`);
  return found;
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
