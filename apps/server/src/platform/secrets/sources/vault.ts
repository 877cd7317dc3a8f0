import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Outgoing, OutgoingAnswer } from "../../outgoing/api.ts";
import { OutgoingError } from "../../outgoing/api.ts";
import type { SecretSource } from "../api.ts";
import { SecretError } from "../api.ts";
import type { VaultSettings } from "../settings.ts";
import { valueOf } from "./field.ts";

type Dependencies = {
  outgoing: Pick<Outgoing, "send">;
  /** A value of the section with its reference to the environment or a file put in. */
  early(text: string): Promise<string>;
  /** Vault's own token is a secret as well. */
  remember(value: string): void;
  now(): number;
};

/**
 * `secret://NAME/MOUNT/PATH#KEY`: a field of a secret of HashiCorp Vault's key-value store, version 1 or 2, with a token
 * or an AppRole, whose token is used for nine tenths of its lease and renewed once when it is refused.
 */
export function vaultSource(
  name: string,
  settings: VaultSettings,
  { outgoing, early, remember, now }: Dependencies,
): SecretSource {
  let session: { token: string; until: number } | null = null;

  async function ask(method: string, path: string, token: string | null, body: Json): Promise<OutgoingAnswer> {
    const headers: Record<string, string> = { accept: "application/json", "x-vault-request": "true" };
    if (token !== null) headers["x-vault-token"] = token;
    if (settings.namespace !== undefined) headers["x-vault-namespace"] = settings.namespace;
    try {
      return await outgoing.send({
        purpose: "secrets",
        method,
        url: `${settings.address.replace(/\/$/, "")}/v1/${path}`,
        headers: body === null ? headers : { ...headers, "content-type": "application/json" },
        body: body === null ? null : JSON.stringify(body),
        timeoutMs: 10_000,
        maxBytes: 1_048_576,
        signal: new AbortController().signal,
        configured: true,
        ...(settings.clientCertificate === undefined ? {} : { clientCertificate: settings.clientCertificate }),
      });
    } catch (error) {
      const why = error instanceof OutgoingError ? error.message : "it could not be asked.";
      throw new SecretError("unavailable", `The source ${name} (Vault) did not answer: ${why}`, error);
    }
  }

  async function tokenOf(): Promise<string> {
    if (settings.token !== undefined) {
      const token = await early(settings.token);
      remember(token);
      return token;
    }
    if (settings.appRole === undefined)
      throw new SecretError("source", `The source ${name} (Vault) needs a token or an appRole in the configuration.`);
    if (session !== null && session.until > now()) return session.token;
    const { roleId, secretId, mount } = settings.appRole;
    const secret = await early(secretId);
    remember(secret);
    const answer = await ask("POST", `auth/${mount}/login`, null, { role_id: await early(roleId), secret_id: secret });
    const auth = read(answer)["auth"];
    const token = isJsonObject(auth) ? auth["client_token"] : undefined;
    if (answer.status !== 200 || !isJsonObject(auth) || typeof token !== "string")
      throw new SecretError(
        "unavailable",
        `The source ${name} (Vault) refused the AppRole: it answered ${answer.status}.`,
      );
    remember(token);
    session = { token, until: now() + Number(auth["lease_duration"] ?? 0) * 900 };
    return token;
  }

  return {
    async read(path, key) {
      const [mount = "", ...rest] = path.split("/").map(encodeURIComponent);
      const at = `secret://${name}/${path}`;
      if (key === null || rest.length === 0 || rest.some((part) => part === "" || part === "." || part === ".."))
        throw new SecretError("reference", `${at} must be secret://${name}/MOUNT/PATH#KEY.`);
      const place = settings.kv === 2 ? `${mount}/data/${rest.join("/")}` : `${mount}/${rest.join("/")}`;
      let answer = await ask("GET", place, await tokenOf(), null);
      if (answer.status === 403 && session !== null) {
        session = null;
        answer = await ask("GET", place, await tokenOf(), null);
      }
      if (answer.status === 404) return null;
      if (answer.status === 403)
        throw new SecretError(
          "unavailable",
          `${at} cannot be read: Vault refused its token (403). Check its policies.`,
        );
      if (answer.status !== 200)
        throw new SecretError("unavailable", `${at} cannot be read: Vault answered ${answer.status}.`);
      const data = read(answer)["data"];
      return valueOf(settings.kv === 2 ? (isJsonObject(data) ? data["data"] : undefined) : data, key);
    },
  };
}

function read({ body }: OutgoingAnswer): { [key: string]: Json } {
  try {
    const value = JSON.parse(body) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
