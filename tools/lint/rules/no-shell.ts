import type { Node, Rule } from "./rule.ts";

/** A command line as one string goes through a shell, where data can become commands. */
export const noShell: Rule = {
  meta: { type: "problem", docs: { description: "Spawn programs with argument lists, never through a shell." } },
  create({ report }) {
    return {
      ImportSpecifier(node) {
        const parent = node["parent"] as { source?: { value?: unknown } } | undefined;
        const name = (node["imported"] as { name?: string }).name;
        if (parent?.source?.value === "node:child_process" && (name === "exec" || name === "execSync")) {
          report({ node, message: `${name} runs a shell. Use spawn or execFile with a list of arguments.` });
        }
      },
      Property(node) {
        const key = node["key"] as { name?: string; value?: unknown };
        const value = node["value"] as Node & { value?: unknown };
        if ((key.name === "shell" || key.value === "shell") && value.type === "Literal" && value["value"] === true) {
          report({ node, message: "shell: true lets data become commands. Pass a list of arguments." });
        }
      },
    };
  },
};
