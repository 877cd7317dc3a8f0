import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Command } from "@stricli/core";
import { command, jsonFlag } from "../command.ts";
import type { CliContext } from "../context.ts";
import type { Shell } from "./scripts.ts";

function script(shell: Shell, example: string): Command<CliContext> {
  return command({
    brief: `Print the completion script for ${shell}`,
    examples: [example],
    parameters: { flags: { json: jsonFlag } },
    load: async () => {
      const { completionScript } = await import("./scripts.ts");
      return async (context: CliContext, _flags: { json?: boolean }) =>
        void context.process.stdout.write(completionScript(shell));
    },
  });
}

export const completionRoutes = buildRouteMap({
  routes: {
    bash: script("bash", "completion bash > ~/.local/share/bash-completion/completions/gennaker"),
    zsh: script("zsh", "completion zsh > ~/.zfunc/_gennaker"),
    fish: script("fish", "completion fish > ~/.config/fish/completions/gennaker.fish"),
  },
  docs: { brief: "Completion of commands, flags and names in a shell" },
});

/** What the scripts call: proposals for the last of the words, one a line. */
export const completeCommand = buildCommand<object, string[], CliContext>({
  parameters: {
    positional: { kind: "array", parameter: { parse: String, placeholder: "WORD", brief: "Words typed so far" } },
  },
  docs: { brief: "Propose completions (used by the shell scripts)" },
  loader: async () => {
    const { printProposals } = await import("./proposals.ts");
    return async function complete(this: CliContext, _flags: object, ...words: string[]) {
      await printProposals(this, words);
    };
  },
});
