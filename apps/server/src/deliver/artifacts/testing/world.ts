import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { createDatabase } from "../../../platform/database/create-database.ts";
import { migrate } from "../../../platform/database/migrate.ts";
import { createOutgoing } from "../../../platform/outgoing/create-outgoing.ts";
import { outgoingSchema } from "../../../platform/outgoing/settings.ts";
import { createArtifacts } from "../create-artifacts.ts";
import { artifactsSchema } from "../settings.ts";

/** A database, a data directory and the artifact service on them; `running` says which executions go on. */
export async function createWorld() {
  const { url, drop } = await createTestDatabase({
    key: "server",
    migrate: async (each) => void (await migrate(each)),
  });
  const database = createDatabase({ url });
  const dataDirectory = await mkdtemp(join(tmpdir(), "gennaker-artifacts-"));
  const outgoing = createOutgoing({ settings: outgoingSchema.parse({}), localAllowed: true, env: {} });
  const running = new Set<string>();
  const signal = new AbortController().signal;

  function artifacts(section: object = {}, guard = outgoing) {
    return createArtifacts({
      database,
      outgoing: guard,
      settings: artifactsSchema.parse(section),
      dataDirectory,
      reveal: async (text) => text.replace(/^secret:\/\/env\//, "revealed-"),
      running: async (ids) => new Set(ids.filter((id) => running.has(id))),
    });
  }

  return {
    database,
    dataDirectory,
    outgoing,
    running,
    signal,
    artifacts,
    /** The text of an artifact by a service of these settings. */
    text: (section: object, artifact: JsonObject) => artifacts(section).text(artifact, { signal }),
    async close() {
      await outgoing.close();
      await database.close();
      await drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

export async function contentOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
