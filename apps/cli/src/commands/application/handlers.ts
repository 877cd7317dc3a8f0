import type { Application } from "@gennaker/contract/resources/application.ts";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { renderFields } from "../../output/table.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";

export async function listApplications(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const applications = await client.call("listApplications", {});
  show(context, flags, applications, (print) =>
    print.table(
      [
        { title: "NAME" },
        { title: "PIPELINES", align: "right" },
        { title: "RUNNING", align: "right" },
        { title: "SERVER GROUPS", align: "right" },
        { title: "INSTANCES", align: "right" },
        { title: "LAST RUN" },
        { title: "DESCRIPTION", shrinkTo: 8 },
      ],
      applications.map(({ name, description, summary }) => [
        name,
        summary.pipelines,
        summary.runningExecutions,
        summary.serverGroups,
        `${summary.instancesUp}/${summary.instancesTotal}`,
        lastRun(summary.lastExecution),
        description ?? "",
      ]),
      "There are no applications yet. Make one:\n  gennaker application save NAME",
    ),
  );
}

function lastRun(last: Application["summary"]["lastExecution"]) {
  return last === null ? "" : { text: `${last.status} ${ago(last.buildTime, Date.now())}`, tone: toneOf(last.status) };
}

export async function getApplication(context: CliContext, flags: ServerFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  showApplication(context, flags, await client.call("getApplication", { params: { application: name } }));
}

function showApplication(context: CliContext, flags: ServerFlags, application: Application): void {
  const { summary } = application;
  show(context, flags, application, (print) =>
    print.text(
      renderFields(
        [
          ["Name", application.name],
          ["Description", application.description],
          ["Email", application.email],
          ["Providers", application.cloudProviders.join(", ")],
          ["Pipelines", summary.pipelines],
          ["Running", summary.runningExecutions],
          ["Server groups", summary.serverGroups],
          ["Instances up", `${summary.instancesUp} of ${summary.instancesTotal}`],
          ["Last run", summary.lastExecution === null ? "none" : lastRun(summary.lastExecution)],
          [
            "Traffic guards",
            application.trafficGuards
              .map(
                ({ account, location, stack, detail, enabled }) =>
                  `${account}/${location} ${stack || "*"}-${detail || "*"}${enabled ? "" : " (off)"}`,
              )
              .join(", ") || "none",
          ],
          ["Changed", `${application.updatedAt} by ${application.lastModifiedBy}`],
        ],
        print.style,
      ),
    ),
  );
}

type SaveFlags = ServerFlags & { email?: string; description?: string; file?: string };

export async function saveApplication(context: CliContext, flags: SaveFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  const params = { application: name };
  const before =
    flags.file === undefined
      ? await existing(client.call("getApplication", { params }))
      : await readDocument(context, flags.file);
  const body = {
    ...before,
    ...(flags.email === undefined ? {} : { email: flags.email }),
    ...(flags.description === undefined ? {} : { description: flags.description }),
  };
  const saved = await client.call("saveApplication", { params, body });
  show(context, flags, saved, (print) => print.text(`Saved application ${saved.name}.\n`));
}

/** The document as it is, or an empty one where there is none yet. */
async function existing(call: Promise<Application>): Promise<Record<string, unknown>> {
  try {
    return (await call).attributes;
  } catch (error) {
    if (error instanceof Error && (error as { code?: unknown }).code === "not_found") return {};
    throw error;
  }
}

export async function deleteApplication(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  name: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  if (!(await confirmed(context, flags, `Delete application ${name} and its pipelines?`))) return exitCodes.failed;
  await client.call("deleteApplication", { params: { application: name } });
  show(context, flags, { deleted: name }, (print) => print.text(`Deleted application ${name}.\n`));
  return exitCodes.ok;
}
