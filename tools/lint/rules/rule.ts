/** The part of the syntax tree (ESTree) that these rules look at. */
export type Node = { type: string; [key: string]: unknown };

type Report = (descriptor: { node: Node; message: string }) => void;

/** A lint rule as the linter loads it: visitors by node type. */
export type Rule = {
  meta: { type: "problem"; docs: { description: string } };
  create(context: { report: Report; filename: string }): Record<string, (node: Node) => void>;
};
