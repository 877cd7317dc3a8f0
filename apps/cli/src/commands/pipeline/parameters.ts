import { usageError } from "../../errors.ts";

/** `-p name=value` flags as an object; a value may hold `=`, and the last of one name counts. */
export function readParameters(pairs: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at <= 0) throw usageError(`"${pair}" is no parameter.`, ["Give name=value, e.g. -p version=2.1"]);
    parameters[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return parameters;
}
