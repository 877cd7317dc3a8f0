import type { Client } from "@gennaker/client/client.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import type { Project } from "@gennaker/contract/resources/project.ts";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";

export async function listProjects(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const projects = await client.call("listProjects", {});
  show(context, flags, projects, (print) =>
    print.table(
      [
        { title: "NAME", shrinkTo: 12 },
        { title: "APPLICATIONS", shrinkTo: 12 },
        { title: "PIPELINES", align: "right" },
        { title: "EMAIL", shrinkTo: 8 },
        { title: "CHANGED" },
        { title: "BY", shrinkTo: 6 },
      ],
      projects.map(({ name, applications, pipelineIds, email, updatedAt, lastModifiedBy }) => [
        name,
        applications.join(", "),
        pipelineIds.length,
        email ?? "",
        ago(updatedAt, Date.now()),
        lastModifiedBy,
      ]),
      "There are no projects. Save one:\n  gennaker project save --file FILE",
    ),
  );
}

export async function getProject(context: CliContext, flags: ServerFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  const project = await client.call("getProject", { params: { project: name } });
  show(context, flags, project, (print) => print.text(`${JSON.stringify(project.document, null, 2)}\n`));
}

type SaveFlags = ServerFlags & { file: string; name?: string; email?: string };

export async function saveProject(context: CliContext, flags: SaveFlags): Promise<void> {
  const document = await readDocument(context, flags.file);
  if (flags.name !== undefined) document["name"] = flags.name;
  if (flags.email !== undefined) document["email"] = flags.email;
  const { name } = document;
  if (typeof name !== "string" || name === "")
    throw new CliError(`${flags.file} has no name.`, { next: ["Add the field, or give --name."] });
  const { client } = await connect(context, flags);
  const saved = await client.call("saveProject", {
    body: { ...document, name, ...(await knownId(client, document["id"], name)) } as never,
  });
  show(context, flags, saved, (print) => print.text(`Saved project "${saved.name}": ${saved.id}\n`));
}

/** The id of the project that a document without one replaces. */
async function knownId(client: Client, given: unknown, name: string): Promise<{ id?: string }> {
  if (typeof given === "string" && given !== "") return {};
  const same = (await client.call("listProjects", {})).find((each) => each.name.toLowerCase() === name.toLowerCase());
  return same ? { id: same.id } : {};
}

export async function listProjectPipelines(context: CliContext, flags: ServerFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  const project = await client.call("getProject", { params: { project: name } });
  const pipelines = await pipelinesOf(client, project);
  show(context, flags, pipelines, (print) =>
    print.table(
      [{ title: "APPLICATION" }, { title: "PIPELINE", shrinkTo: 12 }, { title: "LAST RUN" }, { title: "ID" }],
      pipelines.map(({ application, name: pipeline, lastExecution: last, id }) => [
        application,
        pipeline,
        last === null ? "" : { text: `${last.status} ${ago(last.buildTime, Date.now())}`, tone: toneOf(last.status) },
        id,
      ]),
      `Project "${project.name}" shows no pipelines. Name them in its config.pipelineConfigs.`,
    ),
  );
}

/** Those of the project's pipelines that there still are, in its order. */
async function pipelinesOf(client: Client, project: Project): Promise<Pipeline[]> {
  const found: Pipeline[] = [];
  for (const pipeline of project.pipelineIds) {
    try {
      found.push(await client.call("getPipeline", { params: { pipeline } }));
    } catch (error) {
      if (!(error instanceof Error) || (error as { code?: unknown }).code !== "not_found") throw error;
    }
  }
  return found;
}

export async function deleteProject(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  name: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  if (!(await confirmed(context, flags, `Delete project ${name}?`))) return exitCodes.failed;
  await client.call("deleteProject", { params: { project: name } });
  show(context, flags, { deleted: name }, (print) => print.text(`Deleted project ${name}.\n`));
  return exitCodes.ok;
}
