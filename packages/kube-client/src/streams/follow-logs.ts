import type { KubeClient } from "../client.ts";
import { KubeError } from "../errors.ts";
import { createBackoff, pause } from "../http/backoff.ts";
import { isRecord, type KubeObject } from "../objects.ts";
import { createLineCursor, readTimedLines } from "./log-lines.ts";
import { mergeStreams } from "./merge-streams.ts";

export type LogSource = { pod: string; container?: string };
export type LogLine = { pod: string; container: string; time: string; text: string };
export type LogOptions = {
  namespace: string;
  /** The pods to read; of a pod without `container` all its containers. */
  sources: readonly LogSource[];
  /** Goes on until the containers end. Broken connections are opened anew without losing or doubling lines. */
  follow?: boolean;
  /** RFC 3339 */
  sinceTime?: string;
  sinceSeconds?: number;
  /** Lines from the end, per container. */
  tailLines?: number;
  limitBytes?: number;
  /** The log of the container's previous run. */
  previous?: boolean;
  signal?: AbortSignal;
};

/** Lines of several pods as they come: in order within a container, mixed between them. Throws `KubeError`. */
export async function* followLogs(client: KubeClient, options: LogOptions): AsyncGenerator<LogLine, void, undefined> {
  const stopped = new AbortController();
  const signal = options.signal === undefined ? stopped.signal : AbortSignal.any([options.signal, stopped.signal]);
  try {
    const sources = await Promise.all(options.sources.map((source) => containersOf(client, options, source, signal)));
    yield* mergeStreams(sources.flat().map((source) => followOne(client, options, source, signal)));
  } finally {
    stopped.abort(new Error("the reader has left"));
  }
}

type Source = { pod: string; container: string };

async function containersOf(
  client: KubeClient,
  options: LogOptions,
  source: LogSource,
  signal: AbortSignal,
): Promise<Source[]> {
  if (source.container !== undefined) return [{ pod: source.pod, container: source.container }];
  const pod = await client.get({ ...podKind, name: source.pod, namespace: options.namespace }, { signal });
  return containerNames(pod).map((container) => ({ pod: source.pod, container }));
}

async function* followOne(
  client: KubeClient,
  options: LogOptions,
  source: Source,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  const cursor = createLineCursor();
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
  for (;;) {
    cursor.resume();
    try {
      for await (const line of readTimedLines(await openLog(client, options, source, cursor.since(), signal))) {
        backoff.reset();
        if (cursor.isNew(line)) yield { ...source, ...line };
      }
      if (options.follow !== true || (await hasEnded(client, options, source, signal))) return;
    } catch (error) {
      signal.throwIfAborted();
      if (options.follow !== true) throw brokenLog(error, source);
      // The pod went while its log was followed: that is its end. Before the first line it is an error.
      if (error instanceof KubeError && error.code === 404 && cursor.since() !== null) return;
      if (error instanceof KubeError && !error.retryable && !isStarting(error)) throw error;
    }
    await pause(backoff.next(), signal);
    signal.throwIfAborted();
  }
}

/** The container is about to begin; one whose image cannot be pulled is not. */
function isStarting({ code, serverMessage }: KubeError): boolean {
  return code === 400 && /waiting to start: (?:ContainerCreating|PodInitializing)/.test(serverMessage);
}

function openLog(client: KubeClient, options: LogOptions, source: Source, since: string | null, signal: AbortSignal) {
  const first = since === null;
  return client.rawStream({
    verb: "get",
    resource: "pods",
    method: "GET",
    path: `/api/v1/namespaces/${encodeURIComponent(options.namespace)}/pods/${encodeURIComponent(source.pod)}/log`,
    query: {
      container: source.container,
      timestamps: true,
      follow: options.follow,
      previous: options.previous,
      limitBytes: options.limitBytes,
      tailLines: first ? options.tailLines : undefined,
      sinceSeconds: first ? options.sinceSeconds : undefined,
      sinceTime: since ?? options.sinceTime,
    },
    accept: "*/*",
    signal,
  });
}

/** A followed log also ends when a connection is closed in order: only the container's state tells the difference. */
async function hasEnded(
  client: KubeClient,
  options: LogOptions,
  source: Source,
  signal: AbortSignal,
): Promise<boolean> {
  if (options.previous === true) return true;
  const pod = await client.find({ ...podKind, name: source.pod, namespace: options.namespace }, { signal });
  if (pod === null) return true;
  const status = isRecord(pod["status"]) ? pod["status"] : {};
  if (status["phase"] === "Succeeded" || status["phase"] === "Failed") return true;
  const states = ["containerStatuses", "initContainerStatuses"].flatMap((list) =>
    Array.isArray(status[list]) ? status[list].filter(isRecord) : [],
  );
  const own = states.find((state) => state["name"] === source.container);
  return isRecord(own?.["state"]) && isRecord(own["state"]["terminated"]);
}

function containerNames(pod: KubeObject): string[] {
  const spec = isRecord(pod["spec"]) ? pod["spec"] : {};
  return ["initContainers", "containers"].flatMap((list) =>
    Array.isArray(spec[list]) ? spec[list].filter(isRecord).map((container) => String(container["name"])) : [],
  );
}

function brokenLog(error: unknown, source: Source): unknown {
  if (error instanceof KubeError) return error;
  const message = `the log of ${source.pod}/${source.container} broke off.`;
  return new KubeError({ code: 0, reason: "Unreachable", message, cause: error });
}

const podKind = { apiVersion: "v1", kind: "Pod" };
