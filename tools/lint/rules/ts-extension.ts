import type { Node, Rule } from "./rule.ts";

/** Files run as they are, so an import must name the file that is there. */
export const tsExtension: Rule = {
  meta: { type: "problem", docs: { description: "Relative imports carry their extension." } },
  create({ report }) {
    const check = (node: Node) => {
      const source = node["source"] as { value?: unknown } | null;
      const path = source?.value;
      if (typeof path === "string" && path.startsWith(".") && !/\.(ts|tsx|mjs|json|css|svg|woff2)(\?.*)?$/.test(path)) {
        report({ node, message: `"${path}" must carry its file extension.` });
      }
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};
