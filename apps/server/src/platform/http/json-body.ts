import { GennakerError } from "@gennaker/contract/errors.ts";
import { findJsonFault } from "./find-json-fault.ts";

const deepest = 200;

/** Parses a JSON body; a text that is none, or is nested too deep to be honest, is refused with its place. */
export function parseJsonBody(text: string): unknown {
  if (nestedDeeperThan(text, deepest)) {
    throw new GennakerError("invalid_request", `The JSON body is nested deeper than ${deepest} levels. Flatten it.`, {
      problems: [{ pointer: "", reason: `nested deeper than ${deepest} levels` }],
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    // The reviver costs more than parsing: only a text that names the key at all is read again with it.
    return namesPrototype.test(text) ? JSON.parse(text, dropPrototype) : value;
  } catch (error) {
    const fault = findJsonFault(text);
    const reason = fault
      ? `line ${fault.line}, column ${fault.column}: expected ${fault.expected}, found ${fault.found}`
      : "it cannot be read";
    throw new GennakerError("invalid_request", `The body is not valid JSON: ${reason}.`, {
      problems: [{ pointer: "", reason }],
      cause: error,
    });
  }
}

/** Also as an escape, since any letter of the name may be one. */
const namesPrototype = /__proto__|\\u00/i;

/** A `__proto__` key is no data anybody needs, and merging it into an object would change its prototype. */
function dropPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
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
