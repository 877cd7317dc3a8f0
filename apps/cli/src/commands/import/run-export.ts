import type { Client } from "@gennaker/client/client.ts";
import { parseAsWritten } from "@gennaker/pipeline-model/import/exact-json.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { addressFor, connect } from "../../settings/connection.ts";
import { createProgress } from "./progress.ts";

type Item = { kind: string; name: string; application: string | null; document: unknown };

const folders: Record<string, string> = {
  pipeline: "pipelines",
  strategy: "strategies",
  canaryConfig: "canary-configs",
  template: "templates",
  project: "projects",
};

/** Writes application by application; what is asked for at a time is one application's documents. */
export async function runExport(
  context: CliContext,
  flags: ServerFlags & { application?: string; stored?: boolean },
  directory: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  const { server, headers } = await addressFor(context, flags);
  const progress = createProgress(context, flags);
  let stopped = false;
  const release = context.onInterrupt(() => (stopped = true));
  const files: string[] = [];
  try {
    for (const application of await applicationsOf(client, flags.application)) {
      if (stopped) break;
      const items = await itemsOf(server, headers, application, flags.stored === true);
      if (items.length === 0 && application !== null && flags.application !== undefined)
        throw new CliError(`There is nothing of the application ${application}.`, {
          next: ["gennaker application list    shows those there are"],
        });
      files.push(...(await writeItems(directory, items)));
      progress.add(items.length);
    }
  } finally {
    release();
    progress.end();
  }
  show(context, flags, { directory, files: files.length, complete: !stopped }, (print) =>
    print.text(`Wrote ${files.length} files below ${directory}.${stopped ? " Stopped before the end." : ""}\n`),
  );
  return stopped ? exitCodes.interrupted : exitCodes.ok;
}

async function applicationsOf(client: Client, only: string | undefined): Promise<(string | null)[]> {
  if (only !== undefined) return [only.toLowerCase()];
  return [...(await client.call("listApplications", {})).map(({ name }) => name), null];
}

/** The answer's numbers as they are written: the typed client would read them as doubles. */
async function itemsOf(
  server: string,
  headers: Record<string, string>,
  application: string | null,
  stored: boolean,
): Promise<Item[]> {
  const query = new URLSearchParams({
    ...(application === null ? {} : { application }),
    as: stored ? "stored" : "received",
  });
  const response = await fetch(`${server}/api/v1/export?${query.toString()}`, {
    headers: { accept: "application/json", ...headers },
  });
  const text = await response.text();
  if (!response.ok) {
    const { ApiError } = await import("@gennaker/client/api-error.ts");
    throw await ApiError.fromResponse(new Response(text, { status: response.status }));
  }
  return (parseAsWritten(text) as { items: Item[] }).items;
}

async function writeItems(directory: string, items: readonly Item[]): Promise<string[]> {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  const files: string[] = [];
  for (const item of items) {
    const file = join(directory, placeOf(item, taken, numbers));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(item.document, null, 2)}\n`);
    files.push(file);
  }
  return files;
}

/** Names that no file system trips over; equal ones (in whatever case) are numbered, pipelines carry their place. */
function placeOf({ kind, name, application }: Item, taken: Set<string>, numbers: Map<string, number>): string {
  const folder = folders[kind];
  const base =
    application === null || kind === "template" || kind === "project" ? "" : join("applications", safe(application));
  if (folder === undefined) return join(base, `${kind}.json`);
  const number = (numbers.get(base + folder) ?? 0) + 1;
  numbers.set(base + folder, number);
  const place = kind === "pipeline" || kind === "strategy" ? `${String(number).padStart(4, "0")}-` : "";
  for (let again = 1; ; again += 1) {
    const file = join(base, folder, `${place}${safe(name)}${again === 1 ? "" : `~${again}`}.json`);
    if (taken.has(file.toLowerCase())) continue;
    taken.add(file.toLowerCase());
    return file;
  }
}

function safe(name: string): string {
  const plain = name
    .normalize("NFC")
    .replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, "_")
    .replace(/^\.+/, "_")
    .trim();
  return plain.slice(0, 100).replace(/[. ]+$/, "") || "_";
}
