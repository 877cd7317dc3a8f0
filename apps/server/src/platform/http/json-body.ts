import { GennakerError } from "@gennaker/contract/errors.ts";

const deepest = 200;

/** Parses a JSON body; a text that is none, or is nested too deep to be honest, is refused with its place. */
export function parseJsonBody(text: string): unknown {
  if (nestedDeeperThan(text, deepest)) {
    throw new GennakerError("invalid_request", `The JSON body is nested deeper than ${deepest} levels. Flatten it.`);
  }
  try {
    return JSON.parse(text, dropPrototype);
  } catch (error) {
    throw new GennakerError("invalid_request", `The body is not valid JSON: ${describe(text, error as Error)}`, {
      problems: [{ pointer: "", reason: describe(text, error as Error) }],
    });
  }
}

/** A `__proto__` key is no data anybody needs, and merging it into an object would change its prototype. */
function dropPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

function describe(text: string, error: Error): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  if (position === undefined) return `${error.message}.`;
  const before = text.slice(0, Number(position)).split("\n");
  return `unexpected text at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}

function nestedDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 92) index += 1;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 93 || code === 125) depth -= 1;
  }
  return false;
}
