import { buildCommand } from "@stricli/core";
import type { BaseArgs, Command, TypedCommandParameters } from "@stricli/core";
import type { CliContext } from "./context.ts";
import { failureOf, failureText } from "./errors.ts";

/** Flags of every command that talks to a server. */
export type ServerFlags = { json?: boolean; server?: string; user?: string; context?: string };

export const flag = {
  yes: (brief: string) => ({ kind: "boolean", brief, optional: true, withNegated: false }) as const,
  text: (brief: string, placeholder: string) =>
    ({ kind: "parsed", parse: String, brief, placeholder, optional: true }) as const,
  count: (brief: string, placeholder = "N") =>
    ({ kind: "parsed", parse: wholeNumber, brief, placeholder, optional: true }) as const,
  texts: (brief: string, placeholder: string) =>
    ({ kind: "parsed", parse: String, brief, placeholder, optional: true, variadic: true }) as const,
};

export const jsonFlag = flag.yes("One JSON document instead of a table");

/** For commands that write JSON in any case: scripts may say it everywhere. */
export const alwaysJson = flag.yes("The output is JSON in any case");

export const serverFlags = {
  json: jsonFlag,
  server: flag.text("Server address (default: GENNAKER_SERVER, the context's, http://127.0.0.1:8084)", "URL"),
  user: flag.text("Name to act under (default: GENNAKER_USER, the context's)", "NAME"),
  context: flag.text("Context of the configuration file to use (default: GENNAKER_CONTEXT, the current one)", "NAME"),
};

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error("give a whole number");
  return Number(text);
}

export type Completer = (this: CliContext, partial: string) => Promise<string[]>;

/** A positional argument; `complete` proposes values from the server. */
export const argument = {
  required: (placeholder: string, brief: string, complete?: Completer) =>
    ({ parse: String, placeholder, brief, ...(complete ? { proposeCompletions: complete } : {}) }) as const,
  optional: (placeholder: string, brief: string, complete?: Completer) =>
    ({
      parse: String,
      placeholder,
      brief,
      optional: true,
      ...(complete ? { proposeCompletions: complete } : {}),
    }) as const,
};

/** A command's work. A number is the exit code; nothing is 0. */
type Run<FLAGS, ARGS extends BaseArgs> = (context: CliContext, flags: FLAGS, ...args: ARGS) => Promise<number | void>;

type Definition<FLAGS extends { json?: boolean }, ARGS extends BaseArgs> = {
  brief: string;
  /** More than the brief says, for `--help`. */
  about?: string;
  /** Without the leading `gennaker`. */
  examples: readonly [string, ...string[]];
  parameters: NoInfer<TypedCommandParameters<FLAGS, ARGS, CliContext>>;
  /** Loads the work; not called for help and completion. */
  load: () => Promise<Run<FLAGS, ARGS>>;
};

/** A command whose failures are printed for a person, or with `--json` as `{error: …}` on standard error. */
export function command<FLAGS extends { json?: boolean }, ARGS extends BaseArgs>(
  definition: Definition<FLAGS, ARGS>,
): Command<CliContext> {
  const { brief, about, examples, load } = definition;
  return buildCommand<FLAGS, ARGS, CliContext>({
    parameters: definition.parameters,
    docs: {
      brief,
      fullDescription: [
        brief,
        ...(about ? ["", about] : []),
        "",
        "EXAMPLES",
        ...examples.map((line) => `  gennaker ${line}`),
      ].join("\n"),
    },
    loader: async () => {
      const run = await load();
      return async function work(this: CliContext, flags: FLAGS, ...args: ARGS) {
        try {
          this.outcome = (await run(this, flags, ...args)) ?? 0;
        } catch (error) {
          const failure = failureOf(error, this.server);
          const { exitCode, ...shown } = failure;
          this.process.stderr.write(
            flags.json === true ? `${JSON.stringify({ error: shown })}\n` : failureText(failure),
          );
          this.outcome = exitCode;
        }
      };
    },
  });
}
