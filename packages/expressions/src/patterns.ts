import { RE2JS } from "re2js";
import { evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";
import { shorten } from "./number-text.ts";
import type { Session } from "./session.ts";

/** Regular expressions run in linear time, so look-around and back-references do not exist and are errors. */
export function compilePattern(pattern: string, session: Session): RE2JS {
  const known = session.patterns.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > session.budget.limits.patternLength) {
    throw limitError(`uses a regular expression longer than ${session.budget.limits.patternLength} characters`);
  }
  session.budget.charge(10 + pattern.length);
  const compiled = compile(pattern);
  session.patterns.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw evaluationError(`The regular expression '${shorten(pattern)}' cannot be used: ${shorten(reason)}`);
  }
}

export function matchesWhole(pattern: string, text: string, session: Session): boolean {
  session.budget.charge(scanCost(pattern, text));
  return compilePattern(pattern, session).matches(text);
}

/** Linear-time matching still takes text times pattern in the worst case. */
const scanCost = (pattern: string, text: string): number =>
  1 + Math.ceil((text.length * (1 + (pattern.length >> 4))) / 16);

/** Java's `replaceAll` and `replaceFirst`: `$1` and `${name}` insert groups, a backslash quotes. */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: string,
  all: boolean,
  session: Session,
): string {
  session.budget.charge(scanCost(pattern, text));
  const matcher = compilePattern(pattern, session).matcher(text);
  let result = "";
  let from = 0;
  while (matcher.find()) {
    result += text.slice(from, matcher.start()) + expand(replacement, (group) => groupOf(matcher, group));
    from = matcher.end();
    session.budget.text(replacement.length);
    if (result.length > session.budget.limits.textLength) session.budget.text(result.length);
    if (!all) break;
  }
  result += text.slice(from);
  session.budget.text(result.length);
  return result;
}

type Matcher = ReturnType<RE2JS["matcher"]>;

function groupOf(matcher: Matcher, group: number | string): string {
  try {
    return matcher.group(group as string & number) ?? "";
  } catch {
    throw evaluationError(`The regular expression has no group '${group}'`);
  }
}

function expand(replacement: string, group: (name: number | string) => string): string {
  if (!replacement.includes("$") && !replacement.includes("\\")) return replacement;
  let result = "";
  for (let at = 0; at < replacement.length; at += 1) {
    const char = replacement.charAt(at);
    if (char === "\\") {
      at += 1;
      if (at === replacement.length) throw evaluationError("The replacement ends with a backslash that quotes nothing");
      result += replacement.charAt(at);
    } else if (char === "$") {
      const rest = replacement.slice(at + 1);
      const named = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(rest);
      const numbered = /^[0-9]/.exec(rest);
      if (named === null && numbered === null)
        throw evaluationError("In a replacement '$' must name a group; write '\\$'");
      result += named === null ? group(Number(rest.charAt(0))) : group(named[1] ?? "");
      at += named === null ? 1 : named[0].length;
    } else {
      result += char;
    }
  }
  return result;
}

/**
 * Java's `split`: an empty first part is dropped only for an empty match at the start; with `limit` 0 trailing empty
 * parts are dropped, a positive one bounds the number of parts, a negative one keeps all.
 */
export function splitPattern(text: string, pattern: string, limit: number, session: Session): string[] {
  session.budget.charge(scanCost(pattern, text));
  const matcher = compilePattern(pattern, session).matcher(text);
  const parts: string[] = [];
  let from = 0;
  while (matcher.find() && (limit <= 0 || parts.length < limit - 1)) {
    if (matcher.end() === 0) continue;
    session.budget.charge(1);
    parts.push(text.slice(from, matcher.start()));
    from = matcher.end();
  }
  if (from === 0 && parts.length === 0) return [text];
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}
