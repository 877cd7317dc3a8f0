import { GennakerError } from "@gennaker/contract/errors.ts";

/** Path or query values as they are; a U+0000 in one, which no name holds and no database column takes, is refused. */
export function checkedParams<T extends Record<string, string | string[] | undefined>>(values: T): T {
  for (const [name, value] of Object.entries(values)) {
    if (!String(value).includes("\0")) continue;
    throw new GennakerError("invalid_request", `The value of ${name} holds the character U+0000. Leave it out.`, {
      problems: [{ pointer: `/${name}`, reason: "holds the character U+0000" }],
    });
  }
  return values;
}
