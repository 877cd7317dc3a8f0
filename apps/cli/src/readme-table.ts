import type { Command, RouteMap } from "@stricli/core";
import type { CliContext } from "./context.ts";

export type CommandInfo = { path: string; brief: string; examples: readonly string[] };

const usage = {
  caseStyle: "convert-camel-to-kebab",
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: true,
} as const;

/** Every command that is not hidden, in the order of the tree. */
export function commandsOf(root: RouteMap<CliContext>, prefix: readonly string[] = ["gennaker"]): CommandInfo[] {
  return root
    .getAllEntries()
    .filter((entry) => !entry.hidden)
    .flatMap(({ name, target }) => {
      const path = [...prefix, name["convert-camel-to-kebab"]];
      return isRouteMap(target) ? commandsOf(target, path) : [infoOf(target, path)];
    });
}

function isRouteMap(target: Command<CliContext> | RouteMap<CliContext>): target is RouteMap<CliContext> {
  return "getAllEntries" in target;
}

function infoOf(command: Command<CliContext>, path: readonly string[]): CommandInfo {
  const help = command.fullDescription ?? "";
  const examples =
    help
      .split("\nEXAMPLES\n")[1]
      ?.split("\n")
      .map((line) => line.trim()) ?? [];
  return {
    path: command.formatUsageLine({ prefix: path, config: usage, ansiColor: false }),
    brief: command.brief,
    examples,
  };
}

/** The README's table of commands. */
export function commandTable(commands: readonly CommandInfo[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = commands.map(
    ({ path, brief, examples }) => `| \`${cell(path)}\` | ${cell(brief)} | \`${cell(examples[0] ?? "")}\` |`,
  );
  return ["| command | what it does | example |", "| --- | --- | --- |", ...rows].join("\n");
}
