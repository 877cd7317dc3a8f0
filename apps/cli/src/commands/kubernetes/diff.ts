import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { KubernetesDiff, KubernetesObjectDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show, type Printer } from "../../output/print.ts";
import type { Tone } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";

type DiffFlags = ServerFlags & { file?: string; application?: string; exitCode?: boolean };

/** What deploying a file of manifests would change. With `--exit-code` 1 where that is anything. */
export async function showDiff(context: CliContext, flags: DiffFlags, account: string): Promise<number> {
  const { client } = await connect(context, flags);
  const body = {
    text: await read(context, flags.file),
    ...(flags.application === undefined ? {} : { application: flags.application }),
  };
  const diff = await client.call("diffKubernetesManifests", { params: { account }, body });
  show(context, flags, diff, (print) => printDiff(print, diff));
  const { create, change, delete: removed, refused } = diff.summary;
  if (refused > 0) return exitCodes.failed;
  return flags.exitCode === true && create + change + removed > 0 ? exitCodes.failed : exitCodes.ok;
}

async function read(context: CliContext, file = "-"): Promise<string> {
  if (file === "-") return text(context.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${file} cannot be read: ${reason}`, {
      next: ["Name a file of YAML or JSON, or - for standard input."],
    });
  }
}

const tones: Partial<Record<KubernetesObjectDiff["action"], Tone>> = {
  create: "good",
  change: "warn",
  recreate: "warn",
  delete: "bad",
  refused: "bad",
  unchanged: "dim",
  skipped: "dim",
};

function printDiff(print: Printer, { objects, warnings, summary }: KubernetesDiff): void {
  for (const { kind, name, namespace, action, changes, error, checked } of objects) {
    const object = `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
    print.text(`${print.style(tones[action] ?? "plain", action)} ${object}${checked ? "" : "  (not tried yet)"}\n`);
    if (error !== null) print.text(`  ${error.message}\n`);
    for (const { op, path, before, after } of changes) {
      if (op !== "add") print.text(`  ${print.style("bad", `- ${path}: ${words(before)}`)}\n`);
      if (op !== "remove") print.text(`  ${print.style("good", `+ ${path}: ${words(after)}`)}\n`);
    }
  }
  for (const { message } of warnings) print.text(`${print.style("warn", "warning")} ${message}\n`);
  const counts = Object.entries(summary).filter(([, n]) => n > 0);
  print.text(
    counts.length === 0 ? "Nothing to deploy.\n" : `${counts.map(([name, n]) => `${n} ${name}`).join(", ")}\n`,
  );
}

function words(value: unknown): string {
  return typeof value === "string" && !/[\n"]/.test(value) ? value : JSON.stringify(value);
}
