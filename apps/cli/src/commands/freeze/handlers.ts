import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";

export async function listFreezes(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const calendars = await client.call("listFreezes", {});
  show(context, flags, calendars, (print) =>
    print.table(
      [
        { title: "NAME", shrinkTo: 12 },
        { title: "APPLICATION" },
        { title: "HOLDS" },
        { title: "FROZEN UNTIL" },
        { title: "EXCEPTIONS", align: "right" },
        { title: "WHY", shrinkTo: 10 },
      ],
      calendars.map((calendar) => [
        calendar.name,
        calendar.application ?? "all",
        calendar.stageTypes === null ? calendar.holds : calendar.stageTypes.join(", "),
        calendar.frozenUntil ?? "open",
        calendar.exceptions.length,
        calendar.reason ?? "",
      ]),
      "There are no freeze calendars. Save one:\n  gennaker freeze save NAME --file FILE",
    ),
  );
}

export async function getFreeze(context: CliContext, flags: ServerFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  const calendar = await client.call("getFreeze", { params: { freeze: name } });
  show(context, flags, calendar, (print) => print.text(`${JSON.stringify(calendar, null, 2)}\n`));
}

export async function saveFreeze(
  context: CliContext,
  flags: ServerFlags & { file: string },
  name: string,
): Promise<void> {
  const document = await readDocument(context, flags.file);
  const { client } = await connect(context, flags);
  const saved = await client.call("saveFreeze", { params: { freeze: name }, body: document as never });
  const state = saved.frozenUntil === null ? "It does not freeze now." : `It freezes now, until ${saved.frozenUntil}.`;
  show(context, flags, saved, (print) => print.text(`Saved the freeze calendar "${saved.name}". ${state}\n`));
}

export async function deleteFreeze(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  name: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  if (!(await confirmed(context, flags, `Delete the freeze calendar "${name}"?`))) return exitCodes.failed;
  await client.call("deleteFreeze", { params: { freeze: name } });
  show(context, flags, { freeze: name, asked: "delete" }, (print) =>
    print.text(`Deleted the freeze calendar "${name}".\n`),
  );
  return exitCodes.ok;
}

const kinds = ["application", "pipeline", "execution"] as const;

export async function exceptFromFreeze(
  context: CliContext,
  flags: ServerFlags & { reason: string; until?: string },
  name: string,
  what: string,
  subject: string,
): Promise<void> {
  const kind = kinds.find((each) => each === what);
  if (kind === undefined) throw usageError(`"${what}" cannot be excepted.`, [`Say ${kinds.join(", ")}.`]);
  const { client } = await connect(context, flags);
  const until = flags.until === undefined ? {} : { until: flags.until };
  const made = await client.call("addFreezeException", {
    params: { freeze: name },
    body: { what: kind, subject, reason: flags.reason, ...until },
  });
  show(context, flags, made, (print) =>
    print.text(
      `The calendar "${name}" lets ${what} ${subject} through.\n  gennaker freeze unexcept '${name}' ${made.id}\n`,
    ),
  );
}

export async function takeExceptionBack(
  context: CliContext,
  flags: ServerFlags,
  name: string,
  id: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("deleteFreezeException", { params: { freeze: name, exception: id } });
  show(context, flags, { freeze: name, exception: id, asked: "delete" }, (print) =>
    print.text(`The calendar "${name}" holds it again.\n`),
  );
}
