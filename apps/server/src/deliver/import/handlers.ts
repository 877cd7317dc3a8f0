import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { parseExact } from "../../platform/values/exact-numbers.ts";
import type { Pipelines } from "../pipelines/api.ts";
import type { Imports, ReceivedText } from "./api.ts";

export function importHandlers({
  imports,
  pipelines,
}: {
  imports: Imports;
  pipelines: Pick<Pipelines, "get">;
}): Handlers {
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
    exportDocuments: async ({ query }) => ({
      application: query.application?.toLowerCase() ?? null,
      items: (await imports.export(query.application ?? null)).map(({ text, ...item }) => ({
        ...item,
        document: parseExact(text) as JsonObject,
      })),
    }),
    getReadiness: async ({ params }) => {
      const found = await pipelines.get(params.pipeline);
      if (!found) {
        const message = `There is no pipeline with the id ${params.pipeline}. List the application's to see them.`;
        throw new GennakerError("not_found", message);
      }
      return { pipeline: found.id, ...(await imports.readiness(found.document)) };
    },
  };
}
