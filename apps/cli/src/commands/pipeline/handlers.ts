import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { ago } from "../../output/time.ts";
import type { Connection } from "../../settings/connection.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";
import { findPipeline } from "./find-pipeline.ts";

export async function listPipelines(context: CliContext, flags: ServerFlags, application?: string): Promise<void> {
  const { client } = await connect(context, flags);
  const names =
    application === undefined ? (await client.call("listApplications", {})).map(({ name }) => name) : [application];
  const pipelines: Pipeline[] = [];
  for (const name of names) pipelines.push(...(await client.call("listPipelines", { params: { application: name } })));
  show(context, flags, pipelines, (print) =>
    print.table(
      [
        { title: "APPLICATION" },
        { title: "NAME", shrinkTo: 12 },
        { title: "STAGES", align: "right" },
        { title: "LAST RUN" },
        { title: "CHANGED" },
        { title: "BY", shrinkTo: 6 },
        { title: "ID" },
      ],
      pipelines.map(({ application: of, name, disabled, document, lastExecution, updatedAt, lastModifiedBy, id }) => [
        of,
        disabled ? { text: `${name} (disabled)`, tone: "dim" } : name,
        Array.isArray(document["stages"]) ? document["stages"].length : 0,
        lastExecution === null
          ? ""
          : {
              text: `${lastExecution.status} ${ago(lastExecution.buildTime, Date.now())}`,
              tone: toneOf(lastExecution.status),
            },
        ago(updatedAt, Date.now()),
        lastModifiedBy,
        id,
      ]),
      "There are no pipelines. Save one:\n  gennaker pipeline save --file FILE",
    ),
  );
}

export async function getPipeline(
  context: CliContext,
  flags: ServerFlags,
  first: string,
  second?: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const pipeline = await findPipeline(client, first, second);
  show(context, flags, pipeline, (print) => print.text(`${JSON.stringify(pipeline.document, null, 2)}\n`));
}

export async function savePipeline(
  context: CliContext,
  flags: ServerFlags & { file: string; application?: string; name?: string },
): Promise<void> {
  const document = await readDocument(context, flags.file);
  if (flags.application !== undefined) document["application"] = flags.application;
  if (flags.name !== undefined) document["name"] = flags.name;
  const { application, name } = document;
  if (typeof application !== "string" || typeof name !== "string") {
    throw new CliError(`${flags.file} has no ${typeof application === "string" ? "name" : "application"}.`, {
      next: ["Add the field, or give --application and --name."],
    });
  }
  const connection = await connect(context, flags);
  const known = await knownId(connection, document, application, name);
  const saved = await connection.client.call("savePipeline", {
    body: { ...document, application, name, ...known } as never,
  });
  show(context, flags, saved, (print) =>
    print.text(
      `Saved ${saved.application}/${saved.name}, version ${saved.version}.\n  gennaker pipeline start ${quoted(`${saved.application}/${saved.name}`)} --follow\n`,
    ),
  );
}

/** The id of the pipeline that a document without one replaces. */
async function knownId(
  { client }: Connection,
  document: JsonObject,
  application: string,
  name: string,
): Promise<{ id?: string }> {
  if (typeof document["id"] === "string") return {};
  const found = (await client.call("listPipelines", { params: { application } })).find(
    (pipeline) => pipeline.name === name,
  );
  return found ? { id: found.id } : {};
}

function quoted(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export async function deletePipeline(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  first: string,
  second?: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  const pipeline = await findPipeline(client, first, second);
  const name = `${pipeline.application}/${pipeline.name}`;
  if (!(await confirmed(context, flags, `Delete pipeline ${name}?`))) return exitCodes.failed;
  await client.call("deletePipeline", { params: { pipeline: pipeline.id } });
  show(context, flags, { deleted: pipeline.id }, (print) => print.text(`Deleted pipeline ${name}.\n`));
  return exitCodes.ok;
}
