import type { RE2JS } from "re2js";
import type { ParsedRegex, RegexNode } from "./regex-ast.ts";

export type Span = readonly [from: number, to: number];

/** Continues after a part has matched up to a position. */
type Next = (at: number) => boolean;
type Run = (state: State, at: number, next: Next) => boolean;
type State = {
  readonly text: string;
  readonly from: number;
  readonly groups: (Span | null)[];
  readonly charge: () => void;
};

export type CompiledRegex = {
  /** The groups of the match that begins exactly there (and, if asked, ends at the text's end), or null. */
  matchAt(text: string, at: number, from: number, whole: boolean, charge: () => void): (Span | null)[] | null;
};

/**
 * A matcher that tries one way after the other, as Java's does. `charge` is called for every step and may throw, so that
 * an expression that takes exponential time ends with an error.
 */
export function compileRegex({ root, groups }: ParsedRegex): CompiledRegex {
  const run = compile(root);
  return {
    matchAt(text, at, from, whole, charge) {
      const state: State = { text, from, groups: Array<Span | null>(groups + 1).fill(null), charge };
      const found = run(state, at, (end) => {
        if (whole && end !== text.length) return false;
        state.groups[0] = [at, end];
        return true;
      });
      return found ? state.groups : null;
    },
  };
}

const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

function compile(node: RegexNode): Run {
  switch (node.type) {
    case "set":
      return (state, at, next) => {
        state.charge();
        const code = state.text.codePointAt(at);
        return code !== undefined && node.test(code) && next(at + (code > 0xffff ? 2 : 1));
      };
    case "sequence":
      return node.items.map(compile).reduceRight<Run>(
        (rest, first) => (state, at, next) => first(state, at, (end) => rest(state, end, next)),
        (_state, at, next) => next(at),
      );
    case "choice": {
      const runs = node.items.map(compile);
      return (state, at, next) => runs.some((run) => run(state, at, next));
    }
    case "group":
      return compileGroup(node.index, node.atomic, compile(node.body));
    case "repeat":
      return compileRepeat(node);
    case "look":
      return compileLook(node.behind, node.negative, compile(node.body));
    case "reference":
      return (state, at, next) => {
        const span = state.groups[node.group] ?? null;
        if (span === null) return false;
        const wanted = state.text.slice(...span);
        const found = state.text.slice(at, at + wanted.length);
        const same = node.fold ? found.toLowerCase() === wanted.toLowerCase() : found === wanted;
        return same && next(at + wanted.length);
      };
    case "assertion":
      return (state, at, next) => {
        state.charge();
        return node.holds(state.text, at, state.from) && next(at);
      };
    case "lineBreak":
      return (state, at, next) => {
        if (state.text.startsWith("\r\n", at) && next(at + 2)) return true;
        return /[\n-\r\u0085\u2028\u2029]/.test(state.text.charAt(at)) && next(at + 1);
      };
  }
}

function compileGroup(index: number | null, atomic: boolean, body: Run): Run {
  if (atomic) return (state, at, next) => once(state, body, at, next);
  if (index === null) return body;
  return (state, at, next) => {
    const before = state.groups[index] ?? null;
    const found = body(state, at, (end) => {
      const inner = state.groups[index] ?? null;
      state.groups[index] = [at, end];
      if (next(end)) return true;
      state.groups[index] = inner;
      return false;
    });
    if (!found) state.groups[index] = before;
    return found;
  };
}

/** Takes the first way through the body and never comes back to it. */
function once(state: State, body: Run, at: number, next: Next): boolean {
  const before = state.groups.slice();
  let end = -1;
  const found = body(state, at, (to) => {
    end = to;
    return true;
  });
  if (found && next(end)) return true;
  restore(state, before);
  return false;
}

function restore(state: State, groups: readonly (Span | null)[]): void {
  for (const [index, span] of groups.entries()) state.groups[index] = span;
}

function compileLook(behind: boolean, negative: boolean, body: Run): Run {
  const holds = (state: State, at: number): boolean => {
    if (!behind) return body(state, at, () => true);
    for (let start = at; start >= 0; start -= 1) {
      state.charge();
      if (body(state, start, (end) => end === at)) return true;
    }
    return false;
  };
  return (state, at, next) => {
    const before = state.groups.slice();
    const found = holds(state, at);
    if (found === negative) {
      restore(state, before);
      return false;
    }
    if (negative) restore(state, before);
    if (next(at)) return true;
    restore(state, before);
    return false;
  };
}

type Repeat = Extract<RegexNode, { type: "repeat" }>;

function compileRepeat(node: Repeat): Run {
  const { min, max, mode } = node;
  if (node.body.type === "set" && mode !== "lazy") return repeatSet(node.body.test, min, max, mode === "possessive");
  const body = compile(node.body);
  if (mode === "possessive") return repeatOnce(body, min, max);
  const again = (state: State, count: number, at: number, next: Next): boolean => {
    state.charge();
    const more = (): boolean =>
      count < max &&
      body(state, at, (end) => (end === at && count >= min ? false : again(state, count + 1, end, next)));
    if (count < min) return more();
    return mode === "lazy" ? next(at) || more() : more() || next(at);
  };
  return (state, at, next) => again(state, 0, at, next);
}

/** Single characters need no recursion: as many as there are, then one less each time. */
function repeatSet(test: (code: number) => boolean, min: number, max: number, possessive: boolean): Run {
  return (state, start, next) => {
    let at = start;
    let count = 0;
    while (count < max) {
      state.charge();
      const code = state.text.codePointAt(at);
      if (code === undefined || !test(code)) break;
      at += code > 0xffff ? 2 : 1;
      count += 1;
    }
    if (count < min) return false;
    if (possessive) return next(at);
    for (;;) {
      if (next(at)) return true;
      if (count === min) return false;
      count -= 1;
      at -= at - 2 >= start && widthAt(state.text, at - 2) === 2 ? 2 : 1;
    }
  };
}

function repeatOnce(body: Run, min: number, max: number): Run {
  return (state, start, next) => {
    const before = state.groups.slice();
    let at = start;
    let count = 0;
    while (count < max) {
      state.charge();
      let end = -1;
      const found = body(state, at, (to) => {
        end = to;
        return true;
      });
      if (!found) break;
      count += 1;
      if (end === at) {
        count = Math.max(count, min);
        break;
      }
      at = end;
    }
    if (count >= min && next(at)) return true;
    restore(state, before);
    return false;
  };
}

/** A regular expression, ready to be used on texts. */
export type Pattern = {
  readonly regex: CompiledRegex;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  /** For expressions without look-around, references and the like: the same in time linear to the text. */
  readonly linear: RE2JS | null;
};
