import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { Outgoing, OutgoingRequest } from "../../../platform/outgoing/api.ts";
import { OutgoingError } from "../../../platform/outgoing/api.ts";
import type { ArtifactAccount } from "../settings.ts";

/** What a fetcher works with. `reveal` gives a configured value with its references to secrets put in. */
export type FetchTools = {
  outgoing: Outgoing;
  reveal(text: string): Promise<string>;
  signal: AbortSignal;
  timeoutMs: number;
  maxBytes: number;
  /** For what must be a file for a while. */
  directory: string;
};

/** An artifact's content; `resolved` holds the fields that are exact now, e.g. the commit of a branch. */
export type Fetched = { body: AsyncIterable<Uint8Array>; resolved: JsonObject };

/** Throws TaskError: `artifact.unreachable` (worth another try), `artifact.missing`, `artifact.refused`, `artifact.reference`. */
export type Fetcher = (artifact: JsonObject, account: ArtifactAccount | null, tools: FetchTools) => Promise<Fetched>;

export function nameOf(artifact: JsonObject): string {
  const { name, type } = artifact;
  return typeof name === "string" && name !== "" ? name : typeof type === "string" ? type : "without a name";
}

export function referenceOf(artifact: JsonObject): string {
  const { reference } = artifact;
  if (typeof reference === "string" && reference !== "") return reference;
  throw new TaskError(
    "artifact.reference",
    `Artifact ${nameOf(artifact)} has no reference, so there is nothing to fetch.`,
  );
}

export function urlOf(artifact: JsonObject): URL {
  const reference = referenceOf(artifact);
  const url = URL.canParse(reference) ? new URL(reference) : null;
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new TaskError(
    "artifact.reference",
    `The reference of artifact ${nameOf(artifact)} must be an http or https address.`,
  );
}

/** A GET whose answer of 200 is the content. */
export async function download(
  artifact: JsonObject,
  request: Pick<OutgoingRequest, "url" | "headers"> & Partial<Pick<OutgoingRequest, "configured" | "redirects">>,
  { outgoing, signal, timeoutMs, maxBytes }: FetchTools,
): Promise<Pick<Fetched, "body"> & { headers: Record<string, string> }> {
  const full = { purpose: "artifact" as const, method: "GET", body: null, redirects: 5, ...request };
  const answer = await outgoing
    .open({ ...full, timeoutMs, maxBytes, signal })
    .catch((error: unknown) => Promise.reject(unreachable(artifact, error)));
  if (answer.status === 200) return { body: retelling(artifact, answer.body), headers: answer.headers };
  answer.cancel();
  const host = new URL(request.url).host;
  const said = `${host} answered ${answer.status}`;
  if (answer.status >= 500 || answer.status === 429)
    throw new TaskError("artifact.unreachable", `Artifact ${nameOf(artifact)} could not be fetched: ${said}.`, {
      retryable: true,
    });
  const denied = answer.status === 401 || answer.status === 403;
  const hint = denied ? "Check the credentials of its artifact account" : "Check its reference and version";
  throw new TaskError(
    denied ? "artifact.denied" : "artifact.missing",
    `Artifact ${nameOf(artifact)} could not be fetched: ${said}. ${hint}.`,
  );
}

export function unreachable(artifact: JsonObject, error: unknown): unknown {
  if (!(error instanceof OutgoingError)) return error;
  const code =
    error.fault === "tooLong" ? "artifact.tooLong" : error.retryable ? "artifact.unreachable" : "artifact.refused";
  return new TaskError(code, `Artifact ${nameOf(artifact)} could not be fetched: ${error.message}`, {
    retryable: error.retryable,
    cause: error,
  });
}

async function* retelling(artifact: JsonObject, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unreachable(artifact, error);
  }
}

/** The Authorization of an account with a user and password, or a token; null when it has neither. */
export async function authorization(
  account: { username?: string | undefined; password?: string | undefined; token?: string | undefined },
  reveal: FetchTools["reveal"],
): Promise<string | null> {
  if (account.username !== undefined && account.password !== undefined) {
    const pair = `${await reveal(account.username)}:${await reveal(account.password)}`;
    return `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  return account.token === undefined ? null : `Bearer ${await reveal(account.token)}`;
}

/** Credentials go where their account says, and nowhere else. */
export function refuseHost(artifact: JsonObject, account: ArtifactAccount, url: URL): never {
  throw new TaskError(
    "artifact.account",
    `Artifact ${nameOf(artifact)} is at ${url.host}, which artifact account ${account.name} is not for. ` +
      "Name another account, or add the host to it.",
  );
}
