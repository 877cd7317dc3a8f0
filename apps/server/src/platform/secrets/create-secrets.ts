import { join } from "node:path";
import { parseReference, replaceReferences } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { SecretReference } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { AuditLog } from "../audit/api.ts";
import type { Database } from "../database/api.ts";
import type { Outgoing } from "../outgoing/api.ts";
import type { Redactor } from "../values/redactor.ts";
import type { SecretScope, Secrets, SecretSource } from "./api.ts";
import { SecretError } from "./api.ts";
import { createDatabaseSecrets } from "./database-secrets.ts";
import { mayRefer, mayUse } from "./scope.ts";
import type { SecretSettings } from "./settings.ts";
import { envSource } from "./sources/env.ts";
import { fileSource } from "./sources/file.ts";
import type { ReadKubernetesSecret } from "./sources/kubernetes.ts";
import { kubernetesSource } from "./sources/kubernetes.ts";
import { vaultSource } from "./sources/vault.ts";

export type SecretsOptions = {
  database: Database;
  audit: AuditLog;
  outgoing: Pick<Outgoing, "send">;
  settings: SecretSettings;
  dataDirectory: string;
  env: Readonly<Record<string, string | undefined>>;
  redactor: Redactor;
  /** Set where there are accounts of Kubernetes clusters. */
  readKubernetesSecret?: ReadKubernetesSecret;
  now?: () => number;
};

/** Resolves references when something is sent, and keeps the secrets of the database. */
export function createSecrets(options: SecretsOptions): Secrets {
  const { settings, dataDirectory, redactor, outgoing } = options;
  const stored = createDatabaseSecrets({
    database: options.database,
    audit: options.audit,
    keyFile: settings.keyFile ?? join(dataDirectory, "secrets.key"),
  });
  const sources = new Map<string, SecretSource>([
    ["env", envSource(options.env)],
    ["file", fileSource(settings.files ?? join(dataDirectory, "secrets"))],
    ["kubernetes", kubernetesSource(options.readKubernetesSecret ?? null)],
  ]);
  const configuration: SecretScope = { from: "configuration" };
  for (const [name, vault] of Object.entries(settings.sources)) {
    const dependencies = {
      outgoing,
      early: (text: string) => reveal(text, configuration),
      remember: (value: string) => redactor.remember(value),
      now: options.now ?? Date.now,
    };
    sources.set(name, vaultSource(name, vault, dependencies));
  }

  async function read(reference: SecretReference, scope: SecretScope): Promise<string> {
    const value = reference.source === "db" ? await readStored(reference, scope) : await readSource(reference, scope);
    if (value === null) throw new SecretError("missing", `There is nothing at ${reference.text}.`);
    redactor.remember(value);
    return value;
  }

  async function readStored(reference: SecretReference, scope: SecretScope): Promise<string | null> {
    if (reference.key !== null || reference.path.includes("/"))
      throw new SecretError("reference", `${reference.text} must be secret://db/NAME.`);
    const found = await stored.open(reference.path);
    if (found === null) return null;
    if (scope.from === "pipeline" && !mayUse(found, scope)) throw forbidden(reference, scope);
    return found.value;
  }

  async function readSource(reference: SecretReference, scope: SecretScope): Promise<string | null> {
    if (scope.from === "pipeline" && !mayRefer(settings.pipelines, reference, scope)) throw forbidden(reference, scope);
    const source = sources.get(reference.source);
    if (source !== undefined) return await source.read(reference.path, reference.key);
    const known = ["db", ...sources.keys()].join(", ");
    throw new SecretError("source", `${reference.text} names a source that there is not. Known are ${known}.`);
  }

  async function reveal(text: string, scope: SecretScope, encode = (value: string) => value): Promise<string> {
    return await replaceReferences(text, async (reference) => encode(await read(reference, scope)));
  }

  return {
    ...stored,
    reveal,
    async check(text) {
      const reference = parseReference(text);
      if (reference === null)
        return `"${text}" is no reference. Write secret://SOURCE/PATH or secret://SOURCE/PATH#KEY.`;
      try {
        await read(reference, configuration);
        return null;
      } catch (error) {
        if (error instanceof SecretError) return error.message;
        throw error;
      }
    },
  };
}

function forbidden(
  reference: SecretReference,
  { application, host }: Extract<SecretScope, { from: "pipeline" }>,
): SecretError {
  const whose = application === null ? "this request" : `pipelines of application ${application}`;
  return new SecretError(
    "forbidden",
    `${reference.text} may not be sent to ${host} by ${whose}. An operator can allow it with ` +
      (reference.source === "db"
        ? `gennaker secret set ${reference.path} --application … --host ….`
        : "secrets.pipelines in the configuration."),
  );
}
