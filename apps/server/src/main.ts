import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { parse } from "yaml";
import { createLog } from "./compose/log.ts";
import { startServer } from "./compose/start-server.ts";
import type { ResolvedConfig } from "./platform/config/config.ts";
import { ConfigError, resolveConfig } from "./platform/config/config.ts";
import type { ParsedFlags } from "./platform/config/flags.ts";
import { parseFlags } from "./platform/config/flags.ts";

const drainMs = 10_000;

// On a machine with much memory V8 lets the heap grow to four times what lives in it before it looks for garbage.
// Half as much again is enough here; V8 reads this anew with each collection.
setFlagsFromString("--heap-growing-percent=50");

function readConfigFile(flags: ParsedFlags): Record<string, unknown> {
  const path = flags.configFile ?? process.env["GENNAKER_CONFIG"] ?? join(process.cwd(), "gennaker.yaml");
  if (!existsSync(path)) {
    if (flags.configFile !== null) throw new ConfigError(`there is no configuration file ${path}.`);
    return {};
  }
  const content: unknown = parse(readFileSync(path, "utf8"));
  if (content === null) return {};
  if (typeof content !== "object" || Array.isArray(content))
    throw new ConfigError(`${path} must hold settings as name: value.`);
  return content as Record<string, unknown>;
}

function configure(): ResolvedConfig {
  const flags = parseFlags(process.argv.slice(2));
  return resolveConfig({
    flags: flags.flags,
    env: process.env,
    file: readConfigFile(flags),
    isRoot: process.getuid?.() === 0,
  });
}

async function main(): Promise<void> {
  const resolved = configure();
  const log = createLog(resolved.config.logLevel);
  const server = await startServer(resolved, log);
  process.stdout.write(`Gennaker is ready at ${server.url}\n`);
  let endingSince = 0;
  const end = async (signal: NodeJS.Signals) => {
    // A terminal and npm both pass on one Ctrl-C. Whoever asks again later does not want to wait; rows hold everything.
    if (endingSince > 0 && Date.now() - endingSince > 1_000) process.exit(1);
    if (endingSince > 0) return;
    endingSince = Date.now();
    log("info", "stopping: taking no new work, letting running steps finish", { signal });
    await server
      .stop(drainMs)
      .catch((error: unknown) => log("error", "the stop was not clean", { cause: String(error) }));
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void end(signal));
  process.on("SIGINT", (signal) => void end(signal));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`gennaker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
