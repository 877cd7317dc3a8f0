import type { Client } from "@gennaker/client/client.ts";
import type { Json } from "@gennaker/contract/json.ts";
import { accountsIn } from "@gennaker/pipeline-model/import/accounts.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { readDocument } from "../../settings/read-document.ts";
import { peek } from "./files.ts";
import type { Received } from "./received.ts";

export type AccountMap = Record<string, string>;

/** `{theirs: ours}` of a YAML or JSON file. */
export async function readAccountMap(context: CliContext, file: string): Promise<AccountMap> {
  const document = await readDocument(context, file);
  const wrong = Object.entries(document).find(([, ours]) => typeof ours !== "string" || ours === "");
  if (wrong) {
    throw new CliError(`${file} does not say what the account "${wrong[0]}" is called here.`, {
      next: ["Each line is THEIRS: OURS, e.g.  my-kubernetes-account: production"],
    });
  }
  return document as AccountMap;
}

/** Accounts to deploy to that documents name, most often named first. */
export async function namedAccounts(items: AsyncIterable<Received>): Promise<string[]> {
  const counts = new Map<string, number>();
  for await (const { text } of items) {
    for (const { name, use } of accountsIn(peek(text) as Json)) {
      if (use === "deploy") counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([, left], [, right]) => right - left).map(([name]) => name);
}

/** True when there is somebody to ask. */
export function canAsk(context: CliContext, flags: { yes?: boolean; json?: boolean }): boolean {
  const quiet = flags.yes === true || flags.json === true;
  return !quiet && context.stdin.isTTY === true && context.process.stderr.isTTY === true;
}

/** Asks for each account that is neither here nor mapped what it is called here. Null when the person calls it off. */
export async function askForAccounts(
  context: CliContext,
  client: Client,
  theirs: readonly string[],
  known: AccountMap,
): Promise<AccountMap | null> {
  const ours = (await client.call("listAccounts", {})).map(({ name }) => name);
  const open = theirs.filter((name) => !ours.includes(name) && known[name] === undefined);
  if (open.length === 0 || ours.length === 0) return known;
  const { isCancel, select } = await import("@clack/prompts");
  const map: AccountMap = { ...known };
  for (const name of open) {
    const answer = await select({
      message: `What is Spinnaker's account "${name}" called here?`,
      options: [...ours.map((value) => ({ value, label: value })), { value: "", label: "Leave it as it is" }],
      input: context.stdin,
      output: context.process.stderr,
    });
    if (isCancel(answer)) return null;
    if (answer !== "") map[name] = answer;
  }
  return map;
}
