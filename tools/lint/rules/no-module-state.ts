import type { Node, Rule } from "./rule.ts";

/** A `let` at the top of a module is state that every user of the module shares and no test can reset. */
export const noModuleState: Rule = {
  meta: { type: "problem", docs: { description: "Keep state in what a factory makes, not in the module." } },
  create({ report }) {
    return {
      Program(program) {
        for (const statement of program["body"] as Node[]) {
          const declaration =
            statement.type === "ExportNamedDeclaration" ? (statement["declaration"] as Node | null) : statement;
          if (declaration?.type === "VariableDeclaration" && declaration["kind"] === "let") {
            report({ node: declaration, message: "Module state: move it into what a factory returns." });
          }
        }
      },
    };
  },
};
