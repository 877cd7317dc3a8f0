import type { CliContext } from "./context.ts";
import { usageError } from "./errors.ts";

/** Asks before something cannot be undone. Without a terminal to ask in, `--yes` must have been said. */
export async function confirmed(
  context: CliContext,
  flags: { yes?: boolean; json?: boolean },
  question: string,
): Promise<boolean> {
  if (flags.yes === true) return true;
  if (context.stdin.isTTY !== true || context.process.stderr.isTTY !== true || flags.json === true) {
    throw usageError(`${question} Nothing was done, because there is nobody to ask.`, [
      "Say --yes to do it without a question.",
    ]);
  }
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: context.stdin,
    output: context.process.stderr,
  });
  if (answer === true) return true;
  context.process.stderr.write("Nothing was done.\n");
  return false;
}
