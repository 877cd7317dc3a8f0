import { EXECUTION_FUNCTIONS } from "./functions/registry.ts";

const ALIAS = "deployedServerGroups";
const INSERTED = "( #root.execution, ";

/**
 * The engine's own rewriting of a whole text before it is parsed: the execution is put in as the first argument of
 * functions that need it, and the bare word `deployedServerGroups` becomes a call. It is plain text replacement, as in the
 * engine: a blank before the bracket escapes it, and quoted text does not.
 */
export function insertExecution(text: string): string {
  if (!text.includes("#") && !text.includes(ALIAS)) return text;
  let result = text;
  for (const name of EXECUTION_FUNCTIONS) {
    const call = `#${name}(`;
    if (result.includes(call) && !result.includes(`#${name}${INSERTED}`))
      result = result.replaceAll(call, `#${name}${INSERTED}`);
  }
  if (result.includes(ALIAS) && !result.includes(`#${ALIAS}${INSERTED}`)) {
    result = result.replaceAll(ALIAS, `#${ALIAS}( #root.execution)`);
  }
  return result;
}
