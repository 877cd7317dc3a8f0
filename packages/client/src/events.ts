import type { LiveEvent } from "@gennaker/contract/resources/system.ts";

export type EventStreamOptions = {
  baseUrl: string;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Only events of this application or subject. */
  application?: string;
  subject?: string;
  onEvent(event: LiveEvent): void;
  /** Told when the stream is lost and when it is back; missed events are then replayed by the cursor. */
  onState?(state: "connected" | "disconnected"): void;
};

const retryMs = 1_000;

/** Follows `/api/v1/events` until the signal; connects again with Last-Event-ID, so nothing is missed. */
export async function followEvents(options: EventStreamOptions): Promise<void> {
  let cursor: string | null = null;
  let state: "connected" | "disconnected" | null = null;
  const tell = (now: "connected" | "disconnected") => {
    if (now === state) return;
    state = now;
    options.onState?.(now);
  };
  while (!options.signal.aborted) {
    try {
      await readStream(
        options,
        cursor,
        () => tell("connected"),
        (seen) => (cursor = seen),
      );
    } catch {
      // A lost stream is normal life (restart, proxy time-out): the loop connects again from the cursor.
    }
    if (options.signal.aborted) return;
    tell("disconnected");
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

async function readStream(
  options: EventStreamOptions,
  cursor: string | null,
  connected: () => void,
  seen: (cursor: string) => void,
): Promise<void> {
  const search = new URLSearchParams();
  if (options.application) search.set("application", options.application);
  if (options.subject) search.set("subject", options.subject);
  const headers: Record<string, string> = { accept: "text/event-stream", ...options.headers };
  if (cursor) headers["last-event-id"] = cursor;
  const response = await fetch(`${options.baseUrl}/api/v1/events?${search}`, { headers, signal: options.signal });
  if (!response.ok || !response.body) throw new Error(`events answered HTTP ${response.status}`);
  connected();
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const { id, data } = parseBlock(block);
      if (id) seen(id);
      if (data) options.onEvent(JSON.parse(data) as LiveEvent);
    }
  }
}

/** The fields of one event-stream block (WHATWG server-sent events). */
export function parseBlock(block: string): { id: string | null; data: string } {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return { id, data: data.join("\n") };
}
