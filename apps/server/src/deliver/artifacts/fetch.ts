import { Buffer } from "node:buffer";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../engine/api.ts";

/** The port artifacts are fetched through: one request, no redirects, limits on time and size. */
export type Send = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal;
}) => Promise<{ status: number; body: string; truncated: boolean }>;

export const fetchLimits = { maxBytes: 10 * 1024 * 1024, timeoutMs: 30_000 };

/** The text of an artifact: of the types `embedded/base64`, `remote/base64` and `http/file`. */
export async function fetchArtifact(send: Send, artifact: JsonObject, signal: AbortSignal): Promise<string> {
  const { type, reference } = artifact;
  const name = String(artifact["name"] ?? type ?? "artifact");
  if (typeof reference !== "string" || reference === "")
    throw new TaskError("artifact.reference", `Artifact ${name} has no reference, so there is nothing to fetch.`);
  if (type === "embedded/base64" || type === "remote/base64") return decode(reference, name);
  if (type === "http/file") return await download(send, reference, name, signal);
  const message = `Artifact ${name} is of the type "${String(type)}", which cannot be fetched. Use embedded/base64 or http/file.`;
  throw new TaskError("artifact.type", message, { details: { type: type ?? null } });
}

function decode(reference: string, name: string): string {
  if (reference.length > fetchLimits.maxBytes * 1.4) throw tooLong(name);
  const compact = reference.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact))
    throw new TaskError("artifact.base64", `The reference of artifact ${name} is no base64 text.`);
  return Buffer.from(compact, "base64").toString("utf8");
}

async function download(send: Send, url: string, name: string, signal: AbortSignal): Promise<string> {
  const request = { method: "GET", url, headers: {}, body: null, ...fetchLimits, signal };
  const answer = await send(request).catch((error: unknown) => {
    throw new TaskError("artifact.unreachable", `Artifact ${name} could not be fetched: ${(error as Error).message}`, {
      retryable: true,
      cause: error,
    });
  });
  if (answer.status >= 500 || answer.status === 429) {
    throw new TaskError(
      "artifact.unreachable",
      `Artifact ${name} could not be fetched: the server answered ${answer.status}.`,
      { retryable: true },
    );
  }
  if (answer.status !== 200)
    throw new TaskError(
      "artifact.missing",
      `Artifact ${name} could not be fetched: the server answered ${answer.status}. Check its reference.`,
    );
  if (answer.truncated) throw tooLong(name);
  return answer.body;
}

function tooLong(name: string): TaskError {
  return new TaskError(
    "artifact.tooLong",
    `Artifact ${name} is longer than ${fetchLimits.maxBytes / 1024 / 1024} MiB, which is the limit.`,
  );
}
