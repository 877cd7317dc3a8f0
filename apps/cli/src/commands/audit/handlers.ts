import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { AuditEntry } from "@gennaker/contract/resources/audit.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import type { Cell } from "../../output/table.ts";
import { renderFields } from "../../output/table.ts";
import { connect } from "../../settings/connection.ts";
import type { FilterFlags } from "./filter-flags.ts";
import { filterOf } from "./filter.ts";

export { verifyAudit } from "./verify.ts";

type ListFlags = ServerFlags & FilterFlags & { before?: number; limit?: number };

export async function listAudit(context: CliContext, flags: ListFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const { before, limit } = flags;
  const query = {
    ...filterOf(flags, Date.now()),
    ...(before === undefined ? {} : { before }),
    ...(limit === undefined ? {} : { limit }),
  };
  const entries = await client.call("listAudit", { query });
  show(context, flags, entries, (print) =>
    print.table(
      [
        { title: "ENTRY", align: "right" },
        { title: "TIME" },
        { title: "WHO", shrinkTo: 8 },
        { title: "VIA" },
        { title: "DID" },
        { title: "TO", shrinkTo: 16 },
        { title: "APPLICATION", shrinkTo: 8 },
        { title: "OUTCOME" },
        { title: "WHY", shrinkTo: 8 },
      ],
      entries.map((entry) => [
        entry.id,
        `${entry.time.slice(0, 23)}Z`,
        entry.onBehalfOf === null ? entry.actor : `${entry.actor} for ${entry.onBehalfOf}`,
        entry.via,
        entry.action,
        entry.resource,
        entry.application ?? "",
        outcomeCell(entry),
        entry.reason ?? "",
      ]),
      "Nothing fits. Without filters: gennaker audit list",
    ),
  );
}

function outcomeCell({ outcome, count }: AuditEntry): Cell {
  const text = count > 1 ? `${outcome} × ${count}` : outcome;
  return outcome === "done" ? text : { text, tone: "bad" };
}

type ExportFlags = ServerFlags & FilterFlags & { after?: number };

/** To a file: written beside it and moved over it once it is whole. */
export async function exportAudit(context: CliContext, flags: ExportFlags, file?: string): Promise<void> {
  const { client } = await connect(context, flags);
  const { after } = flags;
  const query = { ...filterOf(flags, Date.now()), ...(after === undefined ? {} : { after }) };
  const parts = client.stream("exportAudit", { query });
  if (file === undefined || file === "-") {
    for await (const part of parts) await write(context.process.stdout as Writable, part);
    return;
  }
  const next = `${file}.part`;
  const output = createWriteStream(next, { mode: 0o600 });
  try {
    await once(output, "open");
    for await (const part of parts) await write(output, part);
    output.end();
    await finished(output);
    await rename(next, file);
  } catch (error) {
    output.destroy();
    await rm(next, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CliError(`${file} cannot be written: ${(error as Error).message}.`);
  }
  context.process.stderr.write(`Wrote ${file}. Verify it with: gennaker audit verify ${file}\n`);
}

async function write(output: Writable, part: string): Promise<void> {
  if (!output.write(part)) await once(output, "drain");
}

export async function showAuditState(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const state = await client.call("getAuditState", {});
  show(context, flags, state, (print) => {
    const { head, checkpoint } = state;
    print.text(
      renderFields(
        [
          ["Newest seal", head.seq === 0 ? "none yet" : `${head.seq}:${head.hash}`],
          ["Waiting for a seal", String(state.waiting)],
          ["Kept", state.keepDays === 0 ? "for ever" : `${state.keepDays} days`],
          [
            "Removed before",
            checkpoint === null ? "nothing" : `${checkpoint.removed} entries up to seal ${checkpoint.seq}`,
          ],
        ],
        print.style,
      ),
    );
    if (state.sinks.length === 0) return;
    print.table(
      [{ title: "PLACE" }, { title: "TYPE" }, { title: "BEHIND", align: "right" }, { title: "ERROR", shrinkTo: 20 }],
      state.sinks.map((sink) => [
        sink.name,
        sink.type,
        sink.behind,
        sink.error === null ? "" : { text: `since ${sink.failingSince ?? ""}: ${sink.error}`, tone: "bad" },
      ]),
      "",
    );
  });
}
