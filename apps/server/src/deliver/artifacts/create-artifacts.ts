import { createHash } from "node:crypto";
import { join } from "node:path";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { artifactType } from "@gennaker/pipeline-model/artifacts/types.ts";
import type { ArtifactAccountKind } from "@gennaker/pipeline-model/artifacts/types.ts";
import { TaskError } from "../../engine/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Outgoing } from "../../platform/outgoing/api.ts";
import type { ArtifactAccountInfo, Artifacts, FetchedArtifact, FetchOptions } from "./api.ts";
import { decodeEmbedded, storedDigest } from "./fetchers/embedded.ts";
import type { Fetcher } from "./fetchers/fetcher.ts";
import { nameOf } from "./fetchers/fetcher.ts";
import { fetchGit } from "./fetchers/git.ts";
import { fetchHttp } from "./fetchers/http.ts";
import { fetchBitbucket, fetchGithub, fetchGitlab } from "./fetchers/repository-file.ts";
import { fetchS3 } from "./fetchers/s3.ts";
import type { ArtifactAccount, ArtifactSettings } from "./settings.ts";
import { createArtifactStore, StoreFullError } from "./store/create-store.ts";
import { removeLeftovers } from "./store/leftovers.ts";
import { TooLongError } from "./store/spool.ts";

export type ArtifactsOptions = {
  database: Database;
  outgoing: Outgoing;
  settings: ArtifactSettings;
  dataDirectory: string;
  /** A configured value with its references to secrets put in. */
  reveal(text: string): Promise<string>;
  running(executionIds: readonly string[]): Promise<ReadonlySet<string>>;
};

/** What may be a text: manifests, templates, pipelines. */
const longestText = 10 * 1024 * 1024;

const fetchers: Readonly<Record<Exclude<ArtifactAccountKind, "embedded">, Fetcher>> = {
  http: fetchHttp,
  git: fetchGit,
  github: fetchGithub,
  gitlab: fetchGitlab,
  bitbucket: fetchBitbucket,
  s3: fetchS3,
};
const typesOf: Readonly<Record<ArtifactAccount["type"], string[]>> = {
  http: ["http/file"],
  git: ["git/repo"],
  github: ["github/file"],
  gitlab: ["gitlab/file"],
  bitbucket: ["bitbucket/file"],
  s3: ["s3/object"],
};

export function createArtifacts(options: ArtifactsOptions): Artifacts {
  const { settings, outgoing, reveal } = options;
  const { artifactBytes, storeBytes, timeoutMs } = settings.limits;
  const directory = join(options.dataDirectory, "tmp", "artifacts");
  void removeLeftovers(directory);
  const store = createArtifactStore({
    database: options.database,
    directory: join(directory, "incoming"),
    artifactBytes,
    storeBytes,
    running: options.running,
  });

  function accountFor(artifact: JsonObject, kind: ArtifactAccountKind): ArtifactAccount | null {
    const wanted = artifact["artifactAccount"];
    const builtIn = wanted === "embedded-artifact" || wanted === "no-auth-http-account";
    if (wanted === undefined || wanted === null || wanted === "" || builtIn) {
      const fitting = settings.accounts.filter(({ type }) => type === kind);
      // Only a store needs its account to be found at all; credentials are never sent without being named.
      return kind === "s3" && fitting.length === 1 ? (fitting[0] ?? null) : null;
    }
    const account = settings.accounts.find(({ name, type }) => name === wanted && type === kind);
    if (account !== undefined) return account;
    throw new TaskError(
      "artifact.account",
      `Artifact ${nameOf(artifact)} names the artifact account ${JSON.stringify(wanted)}, and there is none of that name for ` +
        `${kind}. Add it to artifacts.accounts, or name another.`,
    );
  }

  async function open(artifact: JsonObject, signal: AbortSignal) {
    const type = typeOf(artifact);
    const kind = artifactType(type)?.account ?? null;
    if (kind === null)
      throw new TaskError(
        "artifact.type",
        `Artifact ${nameOf(artifact)} is of the type "${type}", which is not fetched. Fetched are ` +
          `embedded/base64, ${Object.values(typesOf).flat().join(", ")}.`,
        { details: { type: artifact["type"] ?? null } },
      );
    if (kind === "embedded") return { body: [decodeEmbedded(artifact)], resolved: {} };
    const account = accountFor(artifact, kind);
    const tools = { outgoing, reveal, signal, timeoutMs, maxBytes: artifactBytes, directory };
    return await fetchers[kind](artifact, account, tools);
  }

  async function fetch(artifact: JsonObject, { signal, executionId }: FetchOptions): Promise<FetchedArtifact> {
    const stored = isStored(artifact) ? storedDigest(artifact) : null;
    if (stored !== null) {
      const found = await store.find(stored);
      if (found !== null) return { ...found, artifact };
      throw new TaskError("artifact.missing", `Artifact ${nameOf(artifact)} is not in the artifact store any more.`);
    }
    const key = keyOf(artifact);
    const pinned = executionId === undefined ? null : await store.pinned(executionId, key);
    if (pinned !== null) return pinned;
    const { body, resolved } = await open(artifact, signal);
    const exact: JsonObject = { ...artifact, ...resolved };
    try {
      const pin = executionId === undefined ? undefined : { executionId, key, artifact: exact };
      const content = await store.put(toStream(body), pin);
      return (
        (executionId === undefined ? null : await store.pinned(executionId, key)) ?? { ...content, artifact: exact }
      );
    } catch (error) {
      if (error instanceof TooLongError || error instanceof StoreFullError) {
        const code = error instanceof TooLongError ? "artifact.tooLong" : "artifact.storeFull";
        throw new TaskError(code, `Artifact ${nameOf(artifact)} cannot be taken: ${error.message}.`, {
          retryable: error instanceof StoreFullError,
        });
      }
      throw error;
    }
  }

  return {
    accounts: () => [
      { name: "embedded-artifact", types: ["embedded/base64", "remote/base64"] },
      { name: "no-auth-http-account", types: ["http/file"] },
      ...settings.accounts.map(({ name, type }): ArtifactAccountInfo => ({ name, types: typesOf[type] })),
    ],
    fetch,
    read: (digest) => store.read(digest),
    async text(artifact, fetchOptions) {
      if (artifactType(typeOf(artifact))?.account === "embedded" && storedOrNull(artifact) === null) {
        const content = decodeEmbedded(artifact);
        if (content.length > longestText) throw tooLongText(artifact);
        return content.toString("utf8");
      }
      const { digest, size } = await fetch(artifact, fetchOptions);
      if (size > longestText) throw tooLongText(artifact);
      const pieces: Uint8Array[] = [];
      for await (const piece of store.read(digest)) pieces.push(piece);
      return Buffer.concat(pieces).toString("utf8");
    },
    usage: async () => ({ ...(await store.usage()), limitBytes: storeBytes }),
  };
}

function isStored(artifact: JsonObject): boolean {
  return artifact["type"] === "remote/base64" && storedOrNull(artifact) !== null;
}

function storedOrNull(artifact: JsonObject): string | null {
  return typeof artifact["reference"] === "string" && artifact["reference"] !== "" ? storedDigest(artifact) : null;
}

async function* toStream(body: AsyncIterable<Uint8Array> | readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* body;
}

/** The fields that say which content is meant; whoever names the same twice in a run gets the same. */
function keyOf(artifact: JsonObject): string {
  const fields = ["type", "name", "version", "location", "reference", "artifactAccount"];
  return createHash("sha256")
    .update(JSON.stringify(fields.map((field) => artifact[field] ?? null)))
    .digest("hex");
}

function tooLongText(artifact: JsonObject): TaskError {
  return new TaskError(
    "artifact.tooLong",
    `Artifact ${nameOf(artifact)} is longer than ${longestText / 1024 / 1024} MiB, which is the limit for a text.`,
  );
}

/** Empty for one that says no type; whatever else stands there is shown as JSON. */
function typeOf({ type = "" }: JsonObject): string {
  return typeof type === "string" ? type : JSON.stringify(type);
}
