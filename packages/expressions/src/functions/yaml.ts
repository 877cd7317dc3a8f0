import { parseAllDocuments } from "yaml";
import type { Tags } from "yaml";
import { evaluationError } from "../errors.ts";
import { limitError } from "../limits.ts";
import { shorten } from "../number-text.ts";
import { double, fromJsNumber } from "../numbers.ts";
import type { Session } from "../session.ts";
import { list, map } from "../values.ts";
import type { MapKey, Value } from "../values.ts";

/** The first document of a YAML 1.1 text, or the list of all. Tags make no host objects; aliases are bounded. */
export function readYaml(text: string, all: boolean, session: Session): Value {
  session.budget.charge(1 + text.length);
  const documents = parse(text);
  if (all) return list(documents.map((document) => toValue(document, session, 0)));
  if (documents.length > 1) throw evaluationError("The YAML text has several documents; use #readAllYaml");
  return toValue(documents[0] ?? null, session, 0);
}

/** The engine's reader of YAML 1.1 takes `y` and `n` for text, and so numbers such as `08`. */
function asTheEngineReads(tag: Tags[number]): Tags[number] {
  if (typeof tag === "string" || tag.collection !== undefined || tag.test === undefined) return tag;
  if (tag.test.test("y")) return { ...tag, test: /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/ };
  if (tag.test.test("n")) return { ...tag, test: /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/ };
  return tag.test.test("08") ? { ...tag, test: /^[-+]?(?:0|[1-9][0-9_]*)$/ } : tag;
}

function parse(text: string): unknown[] {
  const documents = parseAllDocuments(text, {
    version: "1.1",
    intAsBigInt: true,
    logLevel: "silent",
    uniqueKeys: false,
    customTags: (tags) => tags.map(asTheEngineReads),
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const problem = document.errors[0] ?? document.warnings.find(({ code }) => code === "TAG_RESOLVE_FAILED");
    if (problem !== undefined) throw evaluationError(`The text is not YAML: ${shorten(problem.message)}`);
    try {
      return document.toJS({ mapAsMap: true, maxAliasCount: 100 }) as unknown;
    } catch (cause) {
      throw evaluationError(`The YAML text cannot be read: ${shorten(cause instanceof Error ? cause.message : "")}`);
    }
  });
}

function toValue(yaml: unknown, session: Session, depth: number): Value {
  session.budget.charge(1);
  if (depth > session.budget.limits.resultDepth)
    throw limitError(`reads YAML nested deeper than ${session.budget.limits.resultDepth} levels`);
  if (typeof yaml === "string" || typeof yaml === "boolean") return yaml;
  if (typeof yaml === "number") return double(yaml);
  if (typeof yaml === "bigint") return fromJsNumber(yaml);
  if (yaml instanceof Date) return { kind: "date", epochMs: yaml.getTime() };
  if (Array.isArray(yaml)) return list(yaml.map((item) => toValue(item, session, depth + 1)));
  if (yaml instanceof Set)
    return list(
      Array.from(yaml, (item) => toValue(item, session, depth + 1)),
      "set",
    );
  if (!(yaml instanceof Map)) return null;
  const entries = new Map<MapKey, Value>();
  for (const [key, item] of yaml as Map<unknown, unknown>) entries.set(toKey(key), toValue(item, session, depth + 1));
  return map(entries);
}

function toKey(key: unknown): MapKey {
  if (key === null || typeof key === "string" || typeof key === "boolean") return key;
  if (typeof key === "bigint") {
    const number = fromJsNumber(key);
    return number.value;
  }
  throw evaluationError("A key in the YAML text is neither text, whole number nor boolean");
}
