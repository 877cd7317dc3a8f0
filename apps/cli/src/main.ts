import { enableCompileCache } from "node:module";
import type { CliContext } from "./context.ts";

enableCompileCache();

const context: CliContext = {
  process: { stdout: process.stdout, stderr: process.stderr, env: process.env },
  stdin: process.stdin,
  onInterrupt(listener) {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    return () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    };
  },
  outcome: 0,
  server: null,
};

// Whoever reads the output has had enough (`… | head`): nothing is wrong, and nobody is left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
}

const { runCli } = await import("./run-cli.ts");
const exitCode = await runCli(context, process.argv.slice(2));
await new Promise((resolve) => process.stdout.write("", resolve));
process.exit(exitCode);
