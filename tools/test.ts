import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, runAndKeep } from "./run-step.ts";
import { failuresOf, skippedOf, type Report } from "./test-report.ts";

/**
 * The programs of Kubernetes take minutes to build: that begins at once, beside everything else, where
 * `GENNAKER_TEST_KUBERNETES=build` asks for it. The tests that need them come last and wait.
 */
function buildKubernetes(): () => void {
  if (process.env["GENNAKER_TEST_KUBERNETES"] !== "build") return () => {};
  const builder = spawn(process.execPath, ["packages/testkit/src/kubernetes/build.ts"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  builder.on("error", (error) => console.error(`Kubernetes for tests is not built: ${error.message}`));
  return () => builder.kill();
}

/**
 * `npm test`: check, then unit, integration, browser and Kubernetes tests, all of them whatever fails before; says every failure
 * again at the end (the output of a whole run is long) and ends with the plain line `N passed, N failed`. A failed check
 * and a test file that could not be loaded count as failures.
 */
async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-test-"));
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const failures: string[] = [];
  const left: string[] = [];
  const stopBuilding = buildKubernetes();
  try {
    const check = await runAndKeep(process.execPath, ["tools/check.ts"], 6_000);
    if (check.code === 0) passed += 1;
    else {
      failed += 1;
      failures.push(`check\n${check.tail}`);
    }
    for (const project of ["unit", "integration", "browser", "kubernetes"]) {
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
      failures.push(...failuresOf(project, report));
      left.push(...skippedOf(project, report));
      if (code !== 0 && (report?.numFailedTests ?? 0) === 0) {
        failures.push(`the ${project} tests did not run to their end (exit code ${code})`);
        failed += 1;
      }
    }
  } finally {
    stopBuilding();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const each of left) console.error(`SKIPPED ${each}`);
  for (const failure of failures) console.error(`\nFAILED ${failure}`);
  console.log(
    skipped > 0 ? `${passed} passed, ${failed} failed, ${skipped} skipped` : `${passed} passed, ${failed} failed`,
  );
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exit(await main());
