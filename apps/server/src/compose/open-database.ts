import { startEmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import type { EmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import { openDataDirectory } from "@gennaker/embedded-postgres/data-directory.ts";
import type { Config } from "../platform/config/config.ts";
import type { Log } from "./log.ts";

const restartPauseMs = 1_000;

export type OpenedDatabase = {
  url: string;
  embedded: boolean;
  /** Names this data directory for ever: the `local` account belongs to it. */
  dataDirectoryId: string;
  close(): Promise<void>;
};

/**
 * The database: the embedded one of the data directory, started again whenever it ends, or the one a URL names. Either
 * way the data directory is held exclusively.
 */
export async function openDatabase(config: Config, log: Log): Promise<OpenedDatabase> {
  if (config.databaseUrl !== null) {
    const held = await openDataDirectory(config.data);
    return { url: config.databaseUrl, embedded: false, dataDirectoryId: held.id, close: async () => held.release() };
  }
  const embedded = await startEmbeddedPostgres({
    dataDirectory: config.data,
    log: ({ level, message, ...details }) => log(level, message, details),
  });
  let closing = false;
  embedded.onExit(() => void startAgain(embedded, () => closing, log));
  return {
    url: embedded.url,
    embedded: true,
    dataDirectoryId: embedded.dataDirectoryId,
    async close() {
      closing = true;
      await embedded.stop();
    },
  };
}

async function startAgain(embedded: EmbeddedPostgres, closing: () => boolean, log: Log): Promise<void> {
  while (!closing()) {
    try {
      await embedded.restart();
      return;
    } catch (error) {
      log("error", "the embedded database could not be started again; trying once more", {
        cause: (error as Error).message,
      });
      await new Promise((resolve) => setTimeout(resolve, restartPauseMs));
    }
  }
}
