import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { parseExact } from "../../platform/values/exact-numbers.ts";
import type { Pipelines, StoredPipeline } from "../pipelines/api.ts";
import type { Imports, ReceivedText } from "./api.ts";

export function importHandlers({
  imports,
  pipelines,
}: {
  imports: Imports;
  pipelines: Pick<Pipelines, "get">;
}): Handlers {
  async function existing(id: string): Promise<StoredPipeline> {
    const found = await pipelines.get(id);
    if (found) return found;
    const message = `There is no pipeline with the id ${id}. List the application's to see them.`;
    throw new GennakerError("not_found", message);
  }

  return {
    runImport: async ({ body, bodyText, actor, refusal }) => {
      const { dryRun = false, overwrite = false, accounts = {} } = body;
      const withDocument = body.items.some(({ document }) => document !== undefined);
      const exact = withDocument ? (parseExact(bodyText) as { items: JsonObject[] }).items : [];
      const items = body.items.map(({ document, text, source, ...hint }, index): ReceivedText => {
        if ((document === undefined) === (text === undefined)) {
          const reason = "give either text or document";
          throw new GennakerError("invalid_request", `Nothing was imported: ${reason} (at /items/${index}).`, {
            problems: [{ pointer: `/items/${index}`, reason }],
          });
        }
        const given = Object.fromEntries(Object.entries(hint).filter(([, value]) => value !== undefined));
        return { ...given, source, text: text ?? JSON.stringify(exact[index]?.["document"]) };
      });
      return imports.run({ items, dryRun, overwrite, importId: body.import ?? null, accounts }, actor, { refusal });
    },
    listImports: ({ query, actor, refusal }) => imports.list(query.limit ?? 50, actor, { refusal }),
    getImport: ({ params, query, actor, refusal }) => {
      const page = { after: query.after ?? 0, limit: query.limit ?? 500 };
      const outcome = query.outcome === undefined ? {} : { outcome: query.outcome };
      return imports.get(params.import, { ...outcome, ...page }, actor, { refusal });
    },
    exportDocuments: async ({ query }) => {
      const { application, pipeline, as = "received" } = query;
      const owner = pipeline === undefined ? null : await existing(pipeline);
      const of = owner?.application ?? application?.toLowerCase() ?? null;
      const items = await imports.export({ application: of, pipeline: pipeline ?? null, as });
      return {
        application: of,
        items: items.map(({ text, ...item }) => ({ ...item, document: parseExact(text) as JsonObject })),
      };
    },
    exportEverything: async ({ query, sees }) => {
      const may = await sees();
      return imports.exportAll(query.as ?? "received", may);
    },
    getReadiness: async ({ params }) => {
      const found = await existing(params.pipeline);
      return { pipeline: found.id, ...(await imports.readiness(found.document)) };
    },
  };
}
