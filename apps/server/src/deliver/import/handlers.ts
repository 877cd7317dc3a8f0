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
    runImport: async ({ body, bodyText, actor }) => {
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
      return imports.run({ items, dryRun, overwrite, importId: body.import ?? null, accounts }, actor);
    },
    listImports: ({ query }) => imports.list(query.limit ?? 50),
    getImport: ({ params, query }) =>
      imports.get(params.import, {
        ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
        after: query.after ?? 0,
        limit: query.limit ?? 500,
      }),
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
