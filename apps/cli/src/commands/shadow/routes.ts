import { argument, command, flag, serverFlags } from "../../command.ts";
import { gateFlags } from "../import/gate/flags.ts";

export const shadowCommand = command({
  brief: "Hold executions of a running Spinnaker against the same pipeline here; nothing is run",
  about:
    "Takes the newest ended executions of a pipeline from Gate and compares the plan, each stage's evaluated fields and what would end " +
    "otherwise here. Exits 0 when nothing differs, 1 otherwise.",
  examples: ["shadow --gate https://gate.example.com --token-env GATE_TOKEN shop deploy --limit 20"],
  parameters: {
    flags: {
      ...serverFlags,
      ...gateFlags,
      limit: flag.count("How many executions (default 10)"),
      accounts: flag.text("YAML or JSON: accounts there, and what they are called here", "FILE"),
      output: flag.text("Write the whole comparison as JSON", "FILE"),
    },
    positional: {
      kind: "tuple",
      parameters: [
        argument.required("APPLICATION", "The application, there and here"),
        argument.required("PIPELINE", "The pipeline's name, there and here"),
      ],
    },
  },
  load: () => import("./run-shadow.ts").then((module) => module.runShadow),
});
