import { RE2JS } from "re2js";
import { ExpressionError, evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";
import { shorten } from "./number-text.ts";
import { compileRegex } from "./regex-match.ts";
import type { Pattern, Span } from "./regex-match.ts";
import { parseRegex } from "./regex-parse.ts";
import type { Session } from "./session.ts";

/** Texts that both engines read alike: no line ends but at most none, no signs beyond ASCII. */
const PLAIN_TEXT = /^[\t\x20-\x7e]*$/;

function compilePattern(source: string, session: Session): Pattern {
  const known = session.patterns.get(source);
  if (known !== undefined) return known;
  if (source.length > session.budget.limits.patternLength) {
    throw limitError(`uses a regular expression longer than ${session.budget.limits.patternLength} characters`);
  }
  session.budget.charge(10 + source.length);
  const parsed = parseRegex(source);
  const { groups, names } = parsed;
  const compiled: Pattern = {
    regex: compileRegex(parsed),
    groups,
    names,
    linear: parsed.plain ? linear(source) : null,
  };
  session.patterns.set(source, compiled);
  return compiled;
}

function linear(source: string): RE2JS | null {
  try {
    return RE2JS.compile(source);
  } catch {
    return null;
  }
}

const STEPS_PER_UNIT = 8;

/** Takes one unit of the budget for every few steps of the matcher. */
function meter(session: Session): () => void {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps % STEPS_PER_UNIT === 0) session.budget.charge(1);
  };
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof ExpressionError) throw cause;
    throw evaluationError(
      cause instanceof RangeError
        ? "The regular expression repeats too deeply on this text"
        : `The regular expression cannot be used: ${shorten(String(cause))}`,
    );
  }
}

export function matchesWhole(source: string, text: string, session: Session): boolean {
  session.budget.charge(scanCost(source, text));
  const pattern = compilePattern(source, session);
  if (pattern.linear !== null && PLAIN_TEXT.test(text)) return pattern.linear.matches(text);
  return guarded(() => pattern.regex.matchAt(text, 0, 0, true, meter(session)) !== null);
}

/** The matches from left to right; after an empty one the search goes on one character later. */
function* findAll(pattern: Pattern, text: string, session: Session): Generator<(Span | null)[]> {
  if (pattern.linear !== null && PLAIN_TEXT.test(text)) {
    const matcher = pattern.linear.matcher(text);
    while (matcher.find()) {
      yield Array.from({ length: pattern.groups + 1 }, (_none, index): Span | null =>
        matcher.start(index) < 0 ? null : [matcher.start(index), matcher.end(index)],
      );
    }
    return;
  }
  const charge = meter(session);
  let from = 0;
  for (let at = 0; at <= text.length;) {
    const start = at;
    const groups = guarded(() => pattern.regex.matchAt(text, start, from, false, charge));
    const whole = groups?.[0];
    if (groups === null || whole === null || whole === undefined) {
      at += 1;
      continue;
    }
    yield groups;
    from = whole[1];
    at = whole[1] === whole[0] ? whole[1] + 1 : whole[1];
  }
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
  const compiled = compilePattern(pattern, session);
  let result = "";
  let from = 0;
  for (const groups of findAll(compiled, text, session)) {
    const [start, end] = groups[0] ?? [0, 0];
    const insert = (group: number | string): string => groupText(compiled, groups, group, text);
    result += text.slice(from, start) + expand(replacement, compiled.groups, insert);
    from = end;
    session.budget.text(replacement.length);
    if (result.length > session.budget.limits.textLength) session.budget.text(result.length);
    if (!all) break;
  }
  result += text.slice(from);
  session.budget.text(result.length);
  return result;
}

function groupText(pattern: Pattern, groups: readonly (Span | null)[], group: number | string, text: string): string {
  const index = typeof group === "number" ? group : (pattern.names.get(group) ?? -1);
  if (index < 0 || index > pattern.groups) throw evaluationError(`The regular expression has no group '${group}'`);
  const span = groups[index] ?? null;
  return span === null ? "" : text.slice(...span);
}

function expand(replacement: string, groups: number, group: (name: number | string) => string): string {
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
      const digits = named === null ? groupDigits(rest, groups) : "";
      result += named === null ? group(Number(digits)) : group(named[1] ?? "");
      at += named === null ? digits.length : named[0].length;
    } else {
      result += char;
    }
  }
  return result;
}

/** As many digits as still name a group that exists, but at least one. */
function groupDigits(rest: string, groups: number): string {
  let length = 1;
  while (/[0-9]/.test(rest.charAt(length)) && Number(rest.slice(0, length + 1)) <= groups) length += 1;
  return rest.slice(0, length);
}

/**
 * Java's `split`: an empty first part is dropped only for an empty match at the start; with `limit` 0 trailing empty
 * parts are dropped, a positive one bounds the number of parts, a negative one keeps all.
 */
export function splitPattern(text: string, pattern: string, limit: number, session: Session): string[] {
  session.budget.charge(scanCost(pattern, text));
  const parts: string[] = [];
  let from = 0;
  for (const [whole] of findAll(compilePattern(pattern, session), text, session)) {
    const [start, end] = whole ?? [0, 0];
    if (limit > 0 && parts.length >= limit - 1) break;
    if (end === 0) continue;
    session.budget.charge(1);
    parts.push(text.slice(from, start));
    from = end;
  }
  if (from === 0 && parts.length === 0) return [text];
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}
