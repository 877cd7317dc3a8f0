import { noBarrel } from "./rules/no-barrel.ts";
import { noModuleState } from "./rules/no-module-state.ts";
import { noShell } from "./rules/no-shell.ts";
import { tsExtension } from "./rules/ts-extension.ts";

const plugin = {
  meta: { name: "gennaker" },
  rules: { "no-barrel": noBarrel, "no-module-state": noModuleState, "no-shell": noShell, "ts-extension": tsExtension },
};

export default plugin;
