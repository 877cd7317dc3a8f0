import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { findPipeline } from "./find-pipeline.ts";

const longestValue = 60;

/** Prints a pipeline's versions, newest first, each with the fields that it changed. */
export async function showPipelineHistory(
  context: CliContext,
  flags: ServerFlags & { limit?: number },
  first: string,
  second?: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const pipeline = await findPipeline(client, first, second);
  const versions = await client.call("listPipelineVersions", {
    params: { pipeline: pipeline.id },
    query: (flags.limit === undefined ? {} : { limit: flags.limit }) as never,
  });
  show(context, flags, versions, (print) => {
    for (const { version, savedAt, savedBy, changes } of versions) {
      print.text(`Version ${version}, ${ago(savedAt, Date.now())} by ${savedBy}\n`);
      if (changes === null) print.text(version === 1 ? "  the first\n" : "");
      else if (changes.length === 0) print.text("  nothing was changed\n");
      else
        for (const change of changes)
          print.text(`  ${change.pointer}: ${told(change.before)} → ${told(change.after)}\n`);
    }
  });
}

function told(value: unknown): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
