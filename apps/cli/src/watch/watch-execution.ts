import { followEvents } from "@gennaker/client/events.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import type { CliContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Connection } from "../settings/connection.ts";
import { viewFor } from "./views.ts";

export type WatchOptions = {
  /** Events as JSON lines instead of progress for a person. */
  json: boolean;
  /** Ctrl-C cancels the execution instead of only leaving it. */
  cancelOnInterrupt: boolean;
};

/** How long the last events may come after the execution itself says that it is complete. */
const lastEventsMs = 1_000;

/**
 * Follows an execution to its end: 0 when it SUCCEEDED, 1 when it ended otherwise, 130 on Ctrl-C, which leaves it
 * running. Each event leads to a fresh look at the whole execution, as does every reconnect, so nothing is missed.
 */
export async function watchExecution(
  context: CliContext,
  connection: Connection,
  executionId: string,
  options: WatchOptions,
): Promise<number> {
  const { client, server, headers } = connection;
  const params = { execution: executionId };
  let latest = await client.call("getExecution", { params });
  const stop = new AbortController();
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<"complete" | "interrupted">();
  // Before the first line is shown: whoever sees it may press Ctrl-C at once.
  const offInterrupt = context.onInterrupt(() => end("interrupted"));
  const view = viewFor(context, options.json);
  view.update(latest);
  let endSeen = false;
  const refresh = coalesced(
    async () => {
      if (isComplete(latest)) return;
      latest = await client.call("getExecution", { params, signal: stop.signal });
      view.update(latest);
      if (isComplete(latest)) finish();
    },
    (error) => {
      // Away for a moment: the event stream notices too and asks again once it is back.
      if (!isPassing(error) && !stop.signal.aborted) fail(error);
    },
  );
  const finish = () => {
    if (endSeen || !options.json) end("complete");
    else setTimeout(() => end("complete"), lastEventsMs).unref();
  };
  const onEvent = (event: LiveEvent) => {
    view.event(event);
    endSeen ||= event.type === "execution.status" && completeStatuses.has(event.data["status"] as never);
    if (endSeen && isComplete(latest)) end("complete");
    else refresh();
  };
  try {
    if (!isComplete(latest)) {
      void followEvents({
        baseUrl: server,
        headers,
        subject: executionId,
        signal: stop.signal,
        onEvent,
        onState(state) {
          view.connection(state);
          if (state === "connected") refresh();
        },
      });
      if ((await ended) === "interrupted") return await interrupted(context, connection, executionId, options);
    }
    return latest.status === "SUCCEEDED" ? exitCodes.ok : exitCodes.failed;
  } finally {
    stop.abort();
    offInterrupt();
    view.end();
  }
}

async function interrupted(
  context: CliContext,
  { client }: Connection,
  executionId: string,
  options: WatchOptions,
): Promise<number> {
  const say = (text: string) => void context.process.stderr.write(`\n${text}\n`);
  if (options.cancelOnInterrupt) {
    await client.call("cancelExecution", {
      params: { execution: executionId },
      body: { reason: "interrupted at the command line" },
    });
    say(`Cancelling ${executionId}. See how it ends:\n  gennaker execution watch ${executionId}`);
  } else {
    say(
      `${executionId} goes on. To follow it again, or to stop it:\n  gennaker execution watch ${executionId}\n  gennaker execution cancel ${executionId}`,
    );
  }
  return exitCodes.interrupted;
}

function isComplete(execution: Execution): boolean {
  return completeStatuses.has(execution.status);
}

function isPassing(error: unknown): boolean {
  return error instanceof Error && (error as { retryable?: unknown }).retryable === true;
}

/** Runs `work` again for any number of calls that come while it runs; never twice at once. */
function coalesced(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const start = async () => {
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } catch (error) {
      failed(error);
    } finally {
      running = false;
    }
  };
  return () => {
    if (running) again = true;
    else void start();
  };
}
