import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database, Tx } from "../../../platform/database/api.ts";
import { encodeDocument } from "../../../platform/values/document.ts";
import { removeLeftovers } from "./leftovers.ts";
import type { Spooled } from "./spool.ts";
import { spool } from "./spool.ts";

type StoredContent = { digest: string; size: number };
type Pin = StoredContent & { artifact: JsonObject };

/** Contents by digest, shared by all replicas. */
export type ArtifactStore = {
  /**
   * Keeps a stream and gives its digest; what is there already is kept once. With `pin` it stays at least as long as
   * that execution runs. Throws TooLongError, or StoreFullError when running executions hold all the room.
   */
  put(
    body: AsyncIterable<Uint8Array>,
    pin?: { executionId: string; key: string; artifact: JsonObject },
  ): Promise<StoredContent>;
  /** What an execution got under this key before. */
  pinned(executionId: string, key: string): Promise<Pin | null>;
  /** The content in order; throws when it is not (or no longer) there. */
  read(digest: string): AsyncIterable<Uint8Array>;
  find(digest: string): Promise<StoredContent | null>;
  usage(): Promise<{ contents: number; bytes: number; pinnedBytes: number }>;
};

export type StoreOptions = {
  database: Database;
  /** For files that are on their way in. */
  directory: string;
  artifactBytes: number;
  storeBytes: number;
  /** Those of the executions that have not ended. */
  running(executionIds: readonly string[]): Promise<ReadonlySet<string>>;
};

export class StoreFullError extends Error {
  constructor(needed: number, storeBytes: number) {
    super(
      `the artifact store has no room for ${needed} bytes: running executions hold what fills its ${storeBytes} bytes. ` +
        "Wait for them to end, or raise artifacts.limits.storeBytes",
    );
    this.name = "StoreFullError";
  }
}

const pieceBytes = 1024 * 1024;
/** Any constant; whoever changes which contents there are holds it to the end of his transaction. */
const lock = 7_203_114_073;

export function createArtifactStore(options: StoreOptions): ArtifactStore {
  const { database, directory, artifactBytes, storeBytes, running } = options;
  const ready = removeLeftovers(directory);

  async function makeRoom(tx: Tx, size: number): Promise<void> {
    const [{ used } = { used: "0" }] = await tx.query<{ used: string }>(
      "select coalesce(sum(size), 0)::text as used from artifact_content",
    );
    let excess = Number(used) + size - storeBytes;
    if (excess <= 0) return;
    await dropPinsOfEnded(tx);
    const candidates = await tx.query<{ digest: string; size: string }>(
      `select digest, size::text as size from artifact_content c
       where not exists (select from artifact_pin p where p.digest = c.digest) order by last_used_at, digest`,
    );
    const gone: string[] = [];
    for (const candidate of candidates) {
      if (excess <= 0) break;
      gone.push(candidate.digest);
      excess -= Number(candidate.size);
    }
    if (excess > 0) throw new StoreFullError(size, storeBytes);
    await tx.query("delete from artifact_content where digest = any($1)", [gone]);
  }

  async function insert(tx: Tx, { digest, size, pieces }: Spooled): Promise<void> {
    await tx.query("insert into artifact_content (digest, size) values ($1, $2)", [digest, size]);
    let seq = 0;
    for await (const piece of pieces(pieceBytes)) {
      await tx.query("insert into artifact_piece (digest, seq, data) values ($1, $2, $3)", [digest, seq, piece]);
      seq += 1;
    }
  }

  async function dropPinsOfEnded(tx: Tx): Promise<void> {
    const rows = await tx.query<{ execution_id: string }>("select distinct execution_id from artifact_pin");
    const ids = rows.map((row) => row.execution_id);
    const alive = await running(ids);
    const ended = ids.filter((id) => !alive.has(id));
    if (ended.length > 0) await tx.query("delete from artifact_pin where execution_id = any($1)", [ended]);
  }

  return {
    async put(body, pin) {
      await ready;
      const spooled = await spool(directory, body, Math.min(artifactBytes, storeBytes));
      try {
        const { digest, size } = spooled;
        await database.transaction(async (tx) => {
          await tx.query("select pg_advisory_xact_lock($1)", [lock]);
          const known = await tx.query(
            "update artifact_content set last_used_at = now() where digest = $1 returning digest",
            [digest],
          );
          if (known.length === 0) {
            await makeRoom(tx, size);
            await insert(tx, spooled);
          }
          if (pin === undefined) return;
          await tx.query(
            `insert into artifact_pin (execution_id, artifact_key, digest, artifact) values ($1, $2, $3, $4)
             on conflict (execution_id, artifact_key) do nothing`,
            [pin.executionId, pin.key, digest, encodeDocument(pin.artifact)],
          );
        });
        return { digest, size };
      } finally {
        await spooled.remove();
      }
    },

    async pinned(executionId, key) {
      const [row] = await database.query<{ digest: string; size: string; artifact: string }>(
        `select p.digest, c.size::text as size, p.artifact from artifact_pin p join artifact_content c using (digest)
         where execution_id = $1 and artifact_key = $2`,
        [executionId, key],
      );
      if (row === undefined) return null;
      return { digest: row.digest, size: Number(row.size), artifact: JSON.parse(row.artifact) as JsonObject };
    },

    async *read(digest) {
      const [content] = await database.query<{ size: string }>(
        "update artifact_content set last_used_at = now() where digest = $1 returning size::text as size",
        [digest],
      );
      if (content === undefined) throw new Error(`the artifact store does not hold ${digest} any more`);
      let size = 0;
      for (let seq = 0; size < Number(content.size); seq += 1) {
        const [piece] = await database.query<{ data: Buffer }>(
          "select data from artifact_piece where digest = $1 and seq = $2",
          [digest, seq],
        );
        if (piece === undefined) throw new Error(`the artifact store does not hold all of ${digest} any more`);
        size += piece.data.length;
        yield piece.data;
      }
    },

    async find(digest) {
      const [row] = await database.query<{ size: string }>(
        "select size::text as size from artifact_content where digest = $1",
        [digest],
      );
      return row === undefined ? null : { digest, size: Number(row.size) };
    },

    async usage() {
      const [row] = await database.query<{ contents: number; bytes: string; pinned: string }>(
        `select count(*)::int as contents, coalesce(sum(size), 0)::text as bytes,
           coalesce(sum(size) filter (where exists (select from artifact_pin p where p.digest = c.digest)), 0)::text as pinned
         from artifact_content c`,
      );
      return { contents: row?.contents ?? 0, bytes: Number(row?.bytes ?? 0), pinnedBytes: Number(row?.pinned ?? 0) };
    },
  };
}
