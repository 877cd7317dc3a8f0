import { proposeCompletions } from "@stricli/core";
import { createApp } from "../app.ts";
import type { CliContext } from "../context.ts";
import { plain } from "../output/width.ts";

export type Proposal = { kind: string; completion: string; brief: string };

/** One proposal a line; a failure proposes nothing, since nobody reads errors in the middle of a command line. */
export async function printProposals(context: CliContext, words: readonly string[]): Promise<void> {
  const proposals = await proposeCompletions(createApp(), words, context).catch(() => []);
  context.process.stdout.write(proposalLines(choose(proposals, words.at(-1) ?? "")));
}

/** Flags only where one is being typed, or where nothing else fits. */
function choose(proposals: readonly Proposal[], word: string): readonly Proposal[] {
  const others = proposals.filter(({ kind }) => kind !== "argument:flag");
  return word.startsWith("-") || others.length === 0 ? proposals : others;
}

/** Names found on the server all have the argument's meaning, so only commands and flags say theirs. */
export function proposalLines(proposals: readonly Proposal[]): string {
  return proposals
    .filter(({ completion }) => !/[\n\t]/.test(completion))
    .map(({ kind, completion, brief }) =>
      kind === "argument:value" ? `${completion}\n` : `${completion}\t${plain(brief)}\n`,
    )
    .join("");
}
