import { runSteps } from "./run-step.ts";

/** Everything that can be said about the code without running it. */
const steps = [
  { name: "types", command: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "types of the UI", command: "tsc", args: ["-p", "apps/web/tsconfig.json"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings", "packages", "apps", "tools", "bench"] },
  { name: "format", command: "oxfmt", args: ["--check", "."] },
  { name: "dependencies", command: process.execPath, args: ["tools/dependencies/main.ts"] },
  { name: "dead code", command: "knip", args: ["--no-progress"] },
  {
    name: "architecture",
    command: "vitest",
    args: ["run", "--project", "unit", "--reporter", "dot", "tools/architecture"],
  },
];

const failed = await runSteps(steps);
if (failed.length > 0) console.error(`check failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
