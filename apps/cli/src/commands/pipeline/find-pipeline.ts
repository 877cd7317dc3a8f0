import type { Client } from "@gennaker/client/client.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { CliError, usageError } from "../../errors.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type PipelineRef = { id: string } | { application: string; name: string };

/** `ID`, `APPLICATION/NAME`, or the application and the name as two arguments. */
export function readPipelineRef(first: string, second: string | undefined): PipelineRef {
  if (second !== undefined) return { application: first, name: second };
  const slash = first.indexOf("/");
  if (slash > 0 && slash < first.length - 1)
    return { application: first.slice(0, slash), name: first.slice(slash + 1) };
  if (uuid.test(first)) return { id: first };
  throw usageError(`"${first}" names no pipeline.`, [
    "Give APPLICATION/NAME, APPLICATION NAME, or the pipeline's id.",
    "gennaker pipeline list",
  ]);
}

export async function findPipeline(client: Client, first: string, second: string | undefined): Promise<Pipeline> {
  const ref = readPipelineRef(first, second);
  if ("id" in ref) return client.call("getPipeline", { params: { pipeline: ref.id } });
  const pipelines = await client.call("listPipelines", { params: { application: ref.application } });
  const found = pipelines.find((pipeline) => pipeline.name === ref.name || pipeline.id === ref.name);
  if (found) return found;
  const names = pipelines.map((pipeline) => pipeline.name);
  throw new CliError(`Application ${ref.application} has no pipeline "${ref.name}".`, {
    next: names.length > 0 ? [`It has: ${names.join(", ")}`] : ["gennaker pipeline save --file FILE    makes one"],
  });
}
