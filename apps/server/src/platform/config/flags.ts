import type { SettingName } from "./config.ts";
import { ConfigError } from "./config.ts";

const flagNames: Record<string, SettingName> = {
  "--data": "data",
  "--port": "port",
  "--host": "host",
  "--role": "role",
  "--database-url": "databaseUrl",
  "--allowed-hosts": "allowedHosts",
  "--timezone": "timezone",
  "--scrape-interval-ms": "scrapeIntervalMs",
  "--log-level": "logLevel",
  "--ui": "ui",
};

export type ParsedFlags = { flags: Partial<Record<SettingName, string>>; configFile: string | null };

/** Reads `--name value` and `--name=value`. Throws ConfigError for what it does not know. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const parsed: ParsedFlags = { flags: {}, configFile: null };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const [flag = "", inline] = arg.split(/=(.*)/s);
    const name = flagNames[flag];
    if (name === undefined && flag !== "--config") {
      throw new ConfigError(
        `"${arg}" is no option of serve. Options are --config ${Object.keys(flagNames).join(" ")}.`,
      );
    }
    const value = inline ?? args[(index += 1)];
    if (value === undefined) throw new ConfigError(`${flag} needs a value.`);
    if (name === undefined) parsed.configFile = value;
    else parsed.flags[name] = value;
  }
  return parsed;
}
