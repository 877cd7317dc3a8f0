import type { JavaNumber } from "./numbers.ts";

/** Where a node begins in the expression's text, in UTF-16 units. */
type At = { readonly at: number };

export type Literal = At & { readonly type: "literal"; readonly value: null | boolean | string | JavaNumber };
export type Property = At & { readonly type: "property"; readonly name: string; readonly safe: boolean };
export type Index = At & { readonly type: "index"; readonly index: Expression; readonly safe: boolean };
export type MethodCall = At & {
  readonly type: "method";
  readonly name: string;
  readonly args: readonly Expression[];
  readonly safe: boolean;
};
export type FunctionCall = At & {
  readonly type: "function";
  readonly name: string;
  readonly args: readonly Expression[];
};
export type Variable = At & { readonly type: "variable"; readonly name: string };
export type Projection = At & { readonly type: "projection"; readonly body: Expression; readonly safe: boolean };
export type Selection = At & {
  readonly type: "selection";
  readonly which: "all" | "first" | "last";
  readonly criteria: Expression;
  readonly safe: boolean;
};
/** `T(java.lang.Math)`; `dimensions` counts the `[]` behind the name. */
export type TypeReference = At & { readonly type: "type"; readonly name: string; readonly dimensions: number };
export type Construction = At & { readonly type: "new"; readonly name: string; readonly args: readonly Expression[] };
/** `new int[2]` or `new String[] {'a'}`; sizes that are left out are null. */
export type ArrayConstruction = At & {
  readonly type: "newArray";
  readonly name: string;
  readonly sizes: readonly (Expression | null)[];
  readonly items: readonly Expression[] | null;
};
/** `@name`: there are no beans, so evaluating it is an error. */
export type BeanReference = At & { readonly type: "bean"; readonly name: string };
export type InlineList = At & { readonly type: "list"; readonly items: readonly Expression[] };
/** A key that is a bare name means that name. */
export type InlineMap = At & {
  readonly type: "map";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
};
/** A start and what is applied to it from left to right: `a.b[0].c()`. */
export type Compound = At & { readonly type: "compound"; readonly parts: readonly Expression[] };
export type UnaryOperator = "!" | "-" | "+";
export type Unary = At & { readonly type: "unary"; readonly operator: UnaryOperator; readonly operand: Expression };
export type Increment = At & {
  readonly type: "increment";
  readonly by: 1 | -1;
  readonly prefix: boolean;
  readonly target: Expression;
};
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or"
  | "instanceof"
  | "matches"
  | "between";
export type Binary = At & {
  readonly type: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
};
export type Assignment = At & { readonly type: "assign"; readonly target: Expression; readonly value: Expression };
export type Elvis = At & { readonly type: "elvis"; readonly value: Expression; readonly otherwise: Expression };
export type Ternary = At & {
  readonly type: "ternary";
  readonly condition: Expression;
  readonly chosen: Expression;
  readonly otherwise: Expression;
};

/** The parsed form of one expression. */
export type Expression =
  | Literal
  | Property
  | Index
  | MethodCall
  | FunctionCall
  | Variable
  | Projection
  | Selection
  | TypeReference
  | Construction
  | ArrayConstruction
  | BeanReference
  | InlineList
  | InlineMap
  | Compound
  | Unary
  | Increment
  | Binary
  | Assignment
  | Elvis
  | Ternary;
