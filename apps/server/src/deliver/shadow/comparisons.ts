import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json } from "@gennaker/contract/json.ts";
import type { Comparison, ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { encodeDocument, encodeText } from "../../platform/values/document.ts";

/** Comparisons that are kept of each pipeline. */
const mostKept = 50;

type Found = Pick<ShadowReport, "runs" | "unreadable">;
type Row = {
  id: string;
  application: string;
  pipeline_id: string;
  pipeline_name: string;
  source: string;
  runs: number;
  same: number;
  unreadable: number;
  compared_at: Date;
  compared_by: string;
};

const columns = "id, application, pipeline_id, pipeline_name, source, runs, same, unreadable, compared_at, compared_by";

export function createComparisons(database: Database, audit: AuditLog) {
  return {
    /** Keeps what was found, and forgets the oldest of the pipeline. */
    async add(report: Omit<ShadowReport, "comparedAt" | "comparedBy">, actor: Actor): Promise<ShadowReport> {
      const { id, application, pipeline, name, source, runs, same, unreadable } = report;
      const comparedAt = await database.transaction(async (tx) => {
        const [row] = await tx.query<{ compared_at: Date }>(
          `insert into deliver_comparison (${columns}, report)
           values ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, $10) returning compared_at`,
          [
            id,
            application,
            pipeline,
            name,
            encodeText(source),
            runs.length,
            same,
            unreadable.length,
            actor.user,
            encodeDocument({ runs, unreadable } as unknown as Json),
          ],
        );
        await tx.query(
          `delete from deliver_comparison where id in (select id from deliver_comparison
           where application = $1 and pipeline_id = $2 order by compared_at desc, id desc offset $3)`,
          [application, pipeline, mostKept],
        );
        await audit.record(tx, {
          actor,
          action: "shadow.compare",
          resource: `pipeline/${pipeline}`,
          application,
          after: { comparison: id, source, runs: runs.length, same },
        });
        return (row as { compared_at: Date }).compared_at;
      });
      return { ...report, comparedAt: comparedAt.toISOString(), comparedBy: actor.user };
    },
    async list(application: string, pipeline: string | null, limit: number): Promise<Comparison[]> {
      const rows = await database.query<Row>(
        `select ${columns} from deliver_comparison
         where application = $1 and ($2::text is null or pipeline_id = $2) order by compared_at desc, id desc limit $3`,
        [application.toLowerCase(), pipeline, limit],
      );
      return rows.map(toComparison);
    },
    async get(application: string, id: string): Promise<ShadowReport> {
      const [row] = await database.query<Row & { report: string }>(
        "select * from deliver_comparison where application = $1 and id = $2",
        [application.toLowerCase(), id],
      );
      if (row) return { ...toComparison(row), ...(JSON.parse(row.report) as Found) };
      const message = `The application ${application} has no comparison ${id}. List its comparisons to see them.`;
      throw new GennakerError("not_found", message);
    },
  };
}

function toComparison(row: Row): Comparison {
  return {
    id: row.id,
    pipeline: row.pipeline_id,
    application: row.application,
    name: row.pipeline_name,
    source: row.source,
    comparedAt: row.compared_at.toISOString(),
    comparedBy: row.compared_by,
    runs: row.runs,
    same: row.same,
    unreadable: row.unreadable,
  };
}
