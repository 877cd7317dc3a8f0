import { maxLength } from "./regex-ast.ts";
import type { CharTest, ParsedRegex, RegexNode, RepeatMode } from "./regex-ast.ts";
import { atBoundary, beforeLastBreak, classOf, folded, lineEnd, not } from "./regex-chars.ts";
import { parseClass } from "./regex-class.ts";
import { peek, readProperty, skipComments, wrong } from "./regex-cursor.ts";
import type { Flags, RegexCursor } from "./regex-cursor.ts";
import { readEscapedCode } from "./regex-escape.ts";

/** Reads a regular expression in Java's dialect. */
export function parseRegex(source: string): ParsedRegex {
  const flags = { i: false, m: false, s: false, x: false, d: false, u: false };
  const cursor: RegexCursor = { source, at: 0, flags, groups: 0, depth: 0, plain: true, names: new Map() };
  const root = parseChoice(cursor);
  if (cursor.at < source.length) throw wrong(cursor, "a bracket is closed that was never opened");
  return { root, groups: cursor.groups, names: cursor.names, plain: cursor.plain };
}

function parseChoice(cursor: RegexCursor): RegexNode {
  const items = [parseSequence(cursor)];
  while (peek(cursor) === "|") {
    cursor.at += 1;
    items.push(parseSequence(cursor));
  }
  return items.length === 1 && items[0] !== undefined ? items[0] : { type: "choice", items };
}

function parseSequence(cursor: RegexCursor): RegexNode {
  const items: RegexNode[] = [];
  for (;;) {
    skipComments(cursor);
    const char = peek(cursor);
    if (char === "" || char === "|" || char === ")") break;
    if (cursor.source.startsWith("\\Q", cursor.at)) {
      items.push(...quoted(cursor));
      continue;
    }
    const atom = parseAtom(cursor);
    if (atom !== null) items.push(atom);
  }
  return { type: "sequence", items };
}

/** The text between `\Q` and `\E`; what follows binds to its last character. */
function quoted(cursor: RegexCursor): RegexNode[] {
  const end = cursor.source.indexOf("\\E", cursor.at + 2);
  const text = cursor.source.slice(cursor.at + 2, end < 0 ? undefined : end);
  cursor.at = end < 0 ? cursor.source.length : end + 2;
  cursor.plain = false;
  const nodes = Array.from(text, (char) => setNode(cursor, (code) => code === char.codePointAt(0)));
  const last = nodes.pop();
  return last === undefined ? [] : [...nodes, parseRepeat(cursor, last)];
}

function setNode(cursor: RegexCursor, test: CharTest): RegexNode {
  return { type: "set", test: cursor.flags.i ? folded(test, cursor.flags.u) : test };
}

const assertion = (holds: (text: string, at: number, from: number) => boolean): RegexNode => ({
  type: "assertion",
  holds,
});

function parseAtom(cursor: RegexCursor): RegexNode | null {
  const char = peek(cursor);
  if (char === "(") {
    const group = parseGroup(cursor);
    return group === null ? null : parseRepeat(cursor, group);
  }
  if (char === "*" || char === "+" || char === "?") throw wrong(cursor, `'${char}' has nothing to repeat`);
  if (char === "{") return parseRepeat(cursor, { type: "sequence", items: [] });
  return parseRepeat(cursor, parseOne(cursor, char));
}

function parseOne(cursor: RegexCursor, char: string): RegexNode {
  if (char === "[") {
    const from = cursor.at;
    const node = setNode(cursor, parseClass(cursor));
    if (/&&|\[|\\[^dwstnrDWS.\-\]/[\\^$]/.test(cursor.source.slice(from + 1, cursor.at))) cursor.plain = false;
    return node;
  }
  if (char === "\\") return parseEscape(cursor);
  const code = cursor.source.codePointAt(cursor.at) ?? 0;
  cursor.at += code > 0xffff ? 2 : 1;
  if (char === ".")
    return { type: "set", test: cursor.flags.s ? () => true : cursor.flags.d ? (c) => c !== 10 : not(lineEnd) };
  if (char === "^") return lineStart(cursor);
  if (char === "$")
    return assertion(cursor.flags.m ? (text, at) => at === text.length || lineBreakAt(text, at) : beforeLastBreak);
  if (code > 127 || char === "}" || char === "]") cursor.plain = false;
  return setNode(cursor, (other) => other === code);
}

function lineBreakAt(text: string, at: number): boolean {
  return lineEnd(text.charCodeAt(at)) && !(text.charAt(at) === "\n" && text.charAt(at - 1) === "\r");
}

function lineStart(cursor: RegexCursor): RegexNode {
  if (!cursor.flags.m) return assertion((_text, at) => at === 0);
  return assertion((text, at) => {
    if (at === 0) return true;
    if (at === text.length || !lineEnd(text.charCodeAt(at - 1))) return false;
    return !(text.charAt(at - 1) === "\r" && text.charAt(at) === "\n");
  });
}

const ASSERTIONS: Readonly<Record<string, (text: string, at: number, from: number) => boolean>> = {
  b: atBoundary,
  B: (text, at) => !atBoundary(text, at),
  A: (_text, at) => at === 0,
  G: (_text, at, from) => at === from,
  z: (text, at) => at === text.length,
  Z: beforeLastBreak,
};

function parseEscape(cursor: RegexCursor): RegexNode {
  const letter = cursor.source.charAt(cursor.at + 1);
  const test = classOf(letter);
  if (test !== undefined) {
    cursor.at += 2;
    if (!/[dDwWsS]/.test(letter)) cursor.plain = false;
    return { type: "set", test };
  }
  const holds = ASSERTIONS[letter];
  if (holds !== undefined || letter === "R") {
    cursor.at += 2;
    cursor.plain = false;
    return holds === undefined ? { type: "lineBreak" } : assertion(holds);
  }
  if (letter === "p" || letter === "P") return setNode(cursor, readProperty(cursor));
  if (/[1-9]/.test(letter)) return numberedReference(cursor);
  if (letter === "k") return namedReference(cursor);
  if (/[a-zA-Z]/.test(letter) && !/[tnr]/.test(letter)) cursor.plain = false;
  const code = readEscapedCode(cursor);
  return setNode(cursor, (other) => other === code);
}

function numberedReference(cursor: RegexCursor): RegexNode {
  cursor.plain = false;
  let group = Number(cursor.source.charAt(cursor.at + 1));
  cursor.at += 2;
  while (/[0-9]/.test(peek(cursor)) && group * 10 + Number(peek(cursor)) <= cursor.groups) {
    group = group * 10 + Number(peek(cursor));
    cursor.at += 1;
  }
  return { type: "reference", group, fold: cursor.flags.i };
}

function namedReference(cursor: RegexCursor): RegexNode {
  cursor.plain = false;
  const match = /^\\k<([a-zA-Z][a-zA-Z0-9]*)>/.exec(cursor.source.slice(cursor.at));
  const group = cursor.names.get(match?.[1] ?? "");
  if (match === null || group === undefined) throw wrong(cursor, "it refers to a group that does not exist");
  cursor.at += match[0].length;
  return { type: "reference", group, fold: cursor.flags.i };
}

const LOOKS: Readonly<Record<string, { behind: boolean; negative: boolean }>> = {
  "?=": { behind: false, negative: false },
  "?!": { behind: false, negative: true },
  "?<=": { behind: true, negative: false },
  "?<!": { behind: true, negative: true },
};

function parseGroup(cursor: RegexCursor): RegexNode | null {
  const outer = cursor.flags;
  cursor.depth += 1;
  if (cursor.depth > 100) throw wrong(cursor, "the brackets are nested too deeply");
  const kind = /^\((\?(?:<[=!]|[=!:>]|<[a-zA-Z][a-zA-Z0-9]*>|[a-zA-Z]*(?:-[a-zA-Z]+)?[:)])?)?/.exec(
    cursor.source.slice(cursor.at),
  );
  const head = kind?.[1] ?? "";
  cursor.at += (kind?.[0] ?? "(").length;
  if (head === "?") throw wrong(cursor, "that kind of group does not exist");
  if (/^\?[a-zA-Z-]*\)$/.test(head)) {
    setFlags(cursor, head);
    cursor.depth -= 1;
    return null;
  }
  const index = head === "" || /^\?<[a-zA-Z]/.test(head) ? (cursor.groups += 1) : null;
  const name = /^\?<([a-zA-Z][a-zA-Z0-9]*)>$/.exec(head)?.[1];
  if (name !== undefined && index !== null) {
    if (cursor.names.has(name)) throw wrong(cursor, `the group '${name}' exists twice`);
    cursor.names.set(name, index);
  }
  if (head !== "" && head !== "?:") cursor.plain = false;
  if (/^\?[a-zA-Z-]+:$/.test(head)) setFlags(cursor, head);
  const body = parseChoice(cursor);
  if (peek(cursor) !== ")") throw wrong(cursor, "a bracket is not closed");
  cursor.at += 1;
  cursor.flags = outer;
  cursor.depth -= 1;
  const look = LOOKS[head];
  if (look === undefined) return { type: "group", index, atomic: head === "?>", body };
  if (look.behind && maxLength(body) === Infinity) throw wrong(cursor, "a look-behind needs a bounded length");
  return { type: "look", ...look, body };
}

function setFlags(cursor: RegexCursor, head: string): void {
  cursor.plain = false;
  const flags = { ...cursor.flags };
  let on = true;
  for (const letter of head.slice(1, -1)) {
    if (letter === "-") on = false;
    else if (letter === "U") flags.u = on;
    else if (letter in flags) flags[letter as keyof Flags] = on;
    else throw wrong(cursor, `there is no flag '${letter}'`);
  }
  cursor.flags = flags;
}

function parseRepeat(cursor: RegexCursor, body: RegexNode): RegexNode {
  skipComments(cursor);
  const bounds = readBounds(cursor);
  if (bounds === null) return body;
  const [min, max] = bounds;
  const suffix = peek(cursor);
  const mode: RepeatMode = suffix === "?" ? "lazy" : suffix === "+" ? "possessive" : "greedy";
  if (mode !== "greedy") cursor.at += 1;
  if (mode === "possessive" || body.type === "assertion" || (body.type === "sequence" && body.items.length === 0))
    cursor.plain = false;
  if (max > 1000 && max !== Infinity) cursor.plain = false;
  return { type: "repeat", body, min, max, mode };
}

function readBounds(cursor: RegexCursor): readonly [number, number] | null {
  const char = peek(cursor);
  const simple = { "?": [0, 1], "*": [0, Infinity], "+": [1, Infinity] } as const;
  if (char === "?" || char === "*" || char === "+") {
    cursor.at += 1;
    return simple[char];
  }
  if (char !== "{") return null;
  const match = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(cursor.source.slice(cursor.at));
  if (match === null) throw wrong(cursor, "the counts of a repetition are missing; write '\\{' for the bracket itself");
  cursor.at += match[0].length;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === undefined ? Infinity : Number(match[3]);
  if (max < min) throw wrong(cursor, "the second count is below the first");
  if (min === 0 && max === 0) cursor.plain = false;
  return [min, max];
}
