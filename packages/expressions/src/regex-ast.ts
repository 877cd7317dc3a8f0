/** Whether a code point belongs to a class of characters. */
export type CharTest = (code: number) => boolean;

/** A part of a regular expression in Java's dialect. */
export type RegexNode =
  | { readonly type: "set"; readonly test: CharTest }
  | { readonly type: "sequence"; readonly items: readonly RegexNode[] }
  | { readonly type: "choice"; readonly items: readonly RegexNode[] }
  | { readonly type: "group"; readonly index: number | null; readonly atomic: boolean; readonly body: RegexNode }
  | {
      readonly type: "repeat";
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly mode: RepeatMode;
    }
  | { readonly type: "look"; readonly behind: boolean; readonly negative: boolean; readonly body: RegexNode }
  | { readonly type: "reference"; readonly group: number; readonly fold: boolean }
  | { readonly type: "assertion"; readonly holds: (text: string, at: number, from: number) => boolean }
  | { readonly type: "lineBreak" };

export type RepeatMode = "greedy" | "lazy" | "possessive";

export type ParsedRegex = {
  readonly root: RegexNode;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  /** Made only of what every engine without backtracking reads in the same way. */
  readonly plain: boolean;
};

/** The longest text that the part can match; Infinity where there is no bound. */
export function maxLength(node: RegexNode): number {
  switch (node.type) {
    case "set":
    case "lineBreak":
      return 2;
    case "sequence":
      return node.items.reduce((sum, item) => sum + maxLength(item), 0);
    case "choice":
      return node.items.reduce((most, item) => Math.max(most, maxLength(item)), 0);
    case "group":
      return maxLength(node.body);
    case "repeat": {
      const one = maxLength(node.body);
      return one === 0 || node.max === 0 ? 0 : one * node.max;
    }
    case "reference":
      return Infinity;
    default:
      return 0;
  }
}
