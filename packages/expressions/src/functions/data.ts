import { Buffer } from "node:buffer";
import { evaluationError } from "../errors.ts";
import { parseReal, parseWhole, shorten } from "../number-text.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import { parseJsonExactly, writeJson } from "../json-values.ts";
import type { Session } from "../session.ts";
import { fromJson, map } from "../values.ts";
import type { MapKey, Value } from "../values.ts";
import { readYaml } from "./yaml.ts";

function needed(args: readonly Value[], name: string): string {
  const text = args[0] ?? null;
  if (typeof text !== "string") throw evaluationError(`#${name} needs a text, not null`);
  return text;
}

const charged = (text: string, session: Session): string => {
  session.budget.text(text.length);
  return text;
};

/** The first object or list of the text: what follows it is not looked at, as in the engine. */
function firstValue(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth += 1;
    if ((token === "}" || token === "]") && (depth -= 1) === 0) return text.slice(0, index + 1);
  }
  return text;
}

/** Objects, and lists where the text begins with `[`; other JSON is refused, as the engine does. */
function readJson(text: string, session: Session): Value {
  session.budget.charge(1 + (text.length >> 2));
  const parsed = parseJson(firstValue(text));
  const fits = text.startsWith("[")
    ? Array.isArray(parsed)
    : parsed !== null && typeof parsed === "object" && !Array.isArray(parsed);
  if (!fits) throw evaluationError("#readJson needs an object, or a list that begins with the text");
  return fromJson(parsed);
}

function parseJson(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch (cause) {
    throw evaluationError(`The text is not JSON: ${shorten(cause instanceof Error ? cause.message : "")}`);
  }
}

function fetched(args: readonly Value[], name: string, session: Session): string {
  const url = needed(args, name);
  const fetchUrl = session.resolvers.fetchUrl;
  if (fetchUrl === undefined)
    throw evaluationError(`#${name} cannot open '${shorten(url)}' here: URLs are not available to this evaluation`);
  return charged(
    callResolver(() => fetchUrl(url)),
    session,
  );
}

/** What a resolver throws becomes an evaluation error with its reason. */
export function callResolver<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw evaluationError(cause instanceof Error ? cause.message : String(cause));
  }
}

/** `key=value` lines; `#` and `!` begin comments, a backslash at the end of a line continues it. */
function readProperties(text: string): Value {
  const entries = new Map<MapKey, Value>();
  for (const line of text.replaceAll(/\\\r?\n[ \t]*/g, "").split(/\r?\n/)) {
    const match = /^[ \t]*([^#!=:\s][^=:\s]*)[ \t]*[=:]?[ \t]*(.*)$/.exec(line);
    if (match !== null) entries.set(match[1] ?? "", match[2] ?? "");
  }
  return map(entries);
}

const parsedYaml =
  (all: boolean): Body =>
  (_self, args, session) =>
    readYaml(needed(args, "readYaml"), all, session);

/** Functions that turn texts into values and back. */
export const DATA_FUNCTIONS = methodTable({
  "alphanumerical(String)": (_self, args) => needed(args, "alphanumerical").replaceAll(/[^A-Za-z0-9]/g, ""),
  "toInt(String)": (_self, args) => parseWhole(needed(args, "toInt"), "int"),
  "toFloat(String)": (_self, args) => parseReal(needed(args, "toFloat"), "float"),
  "toBoolean(String)": (_self, [text = null]) => typeof text === "string" && text.toLowerCase() === "true",
  "toBase64(String)": (_self, args, session) =>
    charged(Buffer.from(needed(args, "toBase64"), "utf8").toString("base64"), session),
  "fromBase64(String)": (_self, args, session) => {
    const text = needed(args, "fromBase64");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, "").length % 4 === 1)
      throw evaluationError("The text is not Base64");
    return charged(Buffer.from(text, "base64").toString("utf8"), session);
  },
  "toJson(Object)": (_self, [value = null], session) => {
    const open = value !== null && typeof value === "object" && value.kind === "notEvaluable";
    const json = charged(writeJson(open ? value.value : value, session.budget), session);
    if (!open && json.includes("${"))
      throw evaluationError("#toJson may not give a text with an expression; wrap the value in #doNotEval");
    return json;
  },
  "doNotEval(Object)": (_self, [value = null]) => ({ kind: "notEvaluable", value }),
  "readJson(String)": (_self, args, session) => readJson(needed(args, "readJson"), session),
  "readYaml(String)": parsedYaml(false),
  "readAllYaml(String)": parsedYaml(true),
  "fromUrl(String)": (_self, args, session) => fetched(args, "fromUrl", session),
  "jsonFromUrl(String)": (_self, args, session) => readJson(fetched(args, "jsonFromUrl", session), session),
  "yamlFromUrl(String)": (_self, args, session) => readYaml(fetched(args, "yamlFromUrl", session), false, session),
  "propertiesFromUrl(String)": (_self, args, session) => readProperties(fetched(args, "propertiesFromUrl", session)),
});
