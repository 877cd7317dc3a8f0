import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run-step.ts";

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numFailedTestSuites: number };

/**
 * `npm test`: check, then unit, integration and browser tests, all of them whatever fails before; ends with the plain
 * line `N passed, N failed`. A failed check and a test file that could not be loaded count as failures.
 */
async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-test-"));
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  try {
    if ((await run(process.execPath, ["tools/check.ts"])) === 0) passed += 1;
    else failed += 1;
    for (const project of ["unit", "integration", "browser"]) {
      const file = join(folder, `${project}.json`);
      const code = await run("vitest", [
        "run",
        "--project",
        project,
        "--reporter",
        "dot",
        "--reporter",
        "json",
        `--outputFile.json=${file}`,
      ]);
      const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report) : null;
      passed += report?.numPassedTests ?? 0;
      failed += report?.numFailedTests ?? 0;
      skipped += report?.numPendingTests ?? 0;
      if (code !== 0 && (report?.numFailedTests ?? 0) === 0) {
        console.error(`the ${project} tests did not run to their end (exit code ${code})`);
        failed += 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    skipped > 0 ? `${passed} passed, ${failed} failed, ${skipped} skipped` : `${passed} passed, ${failed} failed`,
  );
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exit(await main());
