import type { Writable } from "node:stream";
import type { KubeClient } from "../client.ts";
import { errorFromStatus, KubeError } from "../errors.ts";
import { isRecord } from "../objects.ts";
import { openChannels, type Channels } from "./channels.ts";
import { drained } from "./drained.ts";

export type ExecOptions = {
  namespace: string;
  pod: string;
  container?: string;
  /** The program and its arguments; no shell in between. */
  command: readonly string[];
  stdin?: AsyncIterable<Uint8Array | string>;
  stdout?: Writable;
  stderr?: Writable;
  /** A terminal: output and errors come as one stream. */
  tty?: boolean;
  /** Sizes of the terminal as they change. */
  sizes?: AsyncIterable<{ columns: number; rows: number }>;
  signal?: AbortSignal;
};

const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 };

/**
 * Runs a command in a container and resolves with its exit code. The streams given are written but not ended. Throws
 * `KubeError` when the command could not be started, and with reason `Unreachable` when the connection broke, after
 * which nobody knows how the command ended. `stdin`'s end reaches the command with servers of 1.30 and later.
 */
export async function exec(client: KubeClient, options: ExecOptions): Promise<{ exitCode: number }> {
  const { namespace, pod, tty = false } = options;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  const channels = await openChannels(client.sender, {
    path,
    query: {
      command: options.command,
      container: options.container,
      stdin: options.stdin !== undefined,
      stdout: options.stdout !== undefined,
      stderr: options.stderr !== undefined && !tty,
      tty,
    },
    protocols: ["v5.channel.k8s.io", "v4.channel.k8s.io"],
    signal: options.signal,
  });
  const ended = new AbortController();
  const inputs = [sendInput(channels, options, ended.signal), sendSizes(channels, options, ended.signal)];
  for (const input of inputs) input.catch(() => channels.close());
  try {
    return { exitCode: await readOutput(channels, options, path) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof KubeError) throw error;
    const message = "the connection to the command broke; how it ended is not known.";
    throw new KubeError({ code: 0, reason: "Unreachable", message, method: "GET", path, cause: error });
  } finally {
    ended.abort();
    channels.close();
  }
}

async function readOutput(channels: Channels, options: ExecOptions, path: string): Promise<number> {
  for await (const message of channels.messages()) {
    if (message.channel === channel.stdout) await write(options.stdout, message.data);
    else if (message.channel === channel.stderr) await write(options.stderr, message.data);
    else if (message.channel === channel.status && message.data.length > 0) return exitCodeOf(message.data, path);
  }
  throw new Error("closed without a status");
}

async function write(stream: Writable | undefined, data: Buffer): Promise<void> {
  if (stream === undefined || stream.destroyed || data.length === 0) return;
  if (!stream.write(data)) await drained(stream);
}

async function sendInput(channels: Channels, { stdin }: ExecOptions, signal: AbortSignal): Promise<void> {
  if (stdin === undefined) return;
  for await (const data of stdin) {
    if (signal.aborted) return;
    await channels.send(channel.stdin, typeof data === "string" ? Buffer.from(data) : Buffer.from(data));
  }
  if (channels.protocol.startsWith("v5")) await channels.send(channel.close, Buffer.from([channel.stdin]));
}

async function sendSizes(channels: Channels, { sizes }: ExecOptions, signal: AbortSignal): Promise<void> {
  if (sizes === undefined) return;
  for await (const { columns, rows } of sizes) {
    if (signal.aborted) return;
    await channels.send(channel.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }
}

function exitCodeOf(data: Buffer, path: string): number {
  const status: unknown = JSON.parse(data.toString("utf8"));
  if (!isRecord(status)) throw new Error("no status");
  if (status["status"] === "Success") return 0;
  const error = errorFromStatus(status, "GET", path);
  const code = error.causes.find((cause) => cause.reason === "ExitCode")?.message;
  if (error.reason === "NonZeroExitCode" && code !== undefined) return Number(code);
  throw error;
}
