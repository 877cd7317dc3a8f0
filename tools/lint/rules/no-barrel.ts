import type { Node, Rule } from "./rule.ts";

/** A file that passes on everything of others hides where things are and loads what nobody asked for. */
export const noBarrel: Rule = {
  meta: { type: "problem", docs: { description: "Import from the file that defines a thing." } },
  create({ report }) {
    return {
      ExportAllDeclaration(node: Node) {
        report({ node, message: "No barrel files: import from the file that defines it." });
      },
    };
  },
};
