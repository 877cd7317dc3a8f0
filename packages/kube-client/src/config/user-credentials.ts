import { isAbsolute, join } from "node:path";
import { isRecord } from "../objects.ts";
import type { CredentialMaterial, Credentials } from "./connection.ts";
import { configurationError } from "./configuration-error.ts";
import { execCredentials } from "./exec-credentials.ts";
import { certificateFileCredentials, tokenFileCredentials } from "./file-credentials.ts";
import { readPem } from "./files.ts";
import { field, pathField, type Entry } from "./kubeconfig-file.ts";
import { oidcCredentials } from "./oidc-credentials.ts";
import { bearer, staticCredentials } from "./static-credentials.ts";

export type CredentialOptions = {
  env: Readonly<Record<string, string | undefined>>;
  /** What an exec plugin may know of the cluster, where it asks for it. */
  clusterInfo: () => Promise<Record<string, unknown>>;
  now?: () => number;
  onOidcRotated?: (tokens: { idToken: string; refreshToken: string }) => void;
};

/**
 * The way a kubeconfig's user logs in. A certificate goes together with a token; an exec plugin or auth provider
 * replaces a token. Throws `KubeError` with reason `Configuration` for what no API server accepts any more.
 */
export async function userCredentials(name: string, user: Entry, options: CredentialOptions): Promise<Credentials> {
  refuseOld(name, user);
  const parts: Credentials[] = [];
  if (hasCertificate(user)) parts.push(certificateOf(name, user, options.now));
  const second = (await pluginOf(name, user, options)) ?? tokenOf(user, options.now);
  if (second !== null) parts.push(second);
  return combine(parts);
}

function refuseOld(name: string, user: Entry): void {
  if (field(user, "username") !== undefined || field(user, "password") !== undefined) {
    throw configurationError(
      `user ${name} logs in by name and password, which Kubernetes removed in 1.19. Use a token, a certificate or an exec plugin.`,
    );
  }
}

function hasCertificate(user: Entry): boolean {
  return ["client-certificate", "client-certificate-data"].some((part) => field(user, part) !== undefined);
}

function certificateOf(name: string, user: Entry, now?: () => number): Credentials {
  const read = (part: string) => async () => {
    const pem = await readPem(
      { data: field(user, `${part}-data`), file: pathField(user, part) },
      `user ${name}: ${part}`,
    );
    if (pem === null) throw configurationError(`user ${name}: a client certificate needs its ${part}.`);
    return pem;
  };
  return certificateFileCredentials(
    { cert: read("client-certificate"), key: read("client-key") },
    "client certificate",
    now,
  );
}

function tokenOf(user: Entry, now?: () => number): Credentials | null {
  const token = field(user, "token");
  const file = pathField(user, "tokenFile");
  if (file !== undefined) {
    return tokenFileCredentials(file, { ...(token === undefined ? {} : { fallback: token }), ...(now ? { now } : {}) });
  }
  return token === undefined ? null : staticCredentials("token", bearer(token));
}

async function pluginOf(name: string, user: Entry, options: CredentialOptions): Promise<Credentials | null> {
  const { exec, "auth-provider": provider } = user.value;
  if (isRecord(exec)) return execOf(exec, user.folder, options);
  if (!isRecord(provider)) return null;
  const config: Entry = { value: isRecord(provider["config"]) ? provider["config"] : {}, folder: user.folder };
  if (provider["name"] !== "oidc") {
    throw configurationError(
      `user ${name} uses the auth-provider ${String(provider["name"])}, which client-go removed. ` +
        "Use the provider's exec plugin (gke-gcloud-auth-plugin, kubelogin).",
    );
  }
  const ca = await readPem(
    { data: field(config, "idp-certificate-authority-data"), file: pathField(config, "idp-certificate-authority") },
    `user ${name}: idp-certificate-authority`,
  );
  return oidcCredentials(
    {
      issuerUrl: field(config, "idp-issuer-url") ?? "",
      clientId: field(config, "client-id") ?? "",
      clientSecret: field(config, "client-secret") ?? "",
      idToken: field(config, "id-token") ?? "",
      refreshToken: field(config, "refresh-token") ?? "",
      ca,
    },
    {
      ...(options.now === undefined ? {} : { now: options.now }),
      ...(options.onOidcRotated === undefined ? {} : { onRotated: options.onOidcRotated }),
    },
  );
}

async function execOf(exec: Record<string, unknown>, folder: string, options: CredentialOptions): Promise<Credentials> {
  const text = (name: string) => (typeof exec[name] === "string" ? exec[name] : "");
  const command = text("command");
  if (command === "") throw configurationError("an exec plugin needs a command.");
  const variables = Array.isArray(exec["env"]) ? exec["env"].filter(isRecord) : [];
  return execCredentials(
    {
      apiVersion: text("apiVersion"),
      // A name alone is searched in PATH; with a slash it is a path beside the kubeconfig.
      command: command.includes("/") && !isAbsolute(command) ? join(folder, command) : command,
      args: Array.isArray(exec["args"]) ? exec["args"].map(String) : [],
      env: Object.fromEntries(variables.map((entry) => [String(entry["name"]), String(entry["value"] ?? "")])),
      installHint: text("installHint"),
      interactiveMode: text("interactiveMode"),
      cluster: exec["provideClusterInfo"] === true ? await options.clusterInfo() : null,
    },
    { env: options.env, ...(options.now === undefined ? {} : { now: options.now }) },
  );
}

function combine(parts: readonly Credentials[]): Credentials {
  const [only, ...more] = parts;
  if (only === undefined) return staticCredentials("no credentials", { headers: {} });
  if (more.length === 0) return only;
  return {
    description: parts.map((part) => part.description).join(" and "),
    async current() {
      const materials = await Promise.all(parts.map((part) => part.current()));
      return materials.reduce<CredentialMaterial>(
        (sum, next) => ({ ...sum, ...next, headers: { ...sum.headers, ...next.headers } }),
        { headers: {} },
      );
    },
    invalidate: () => parts.map((part) => part.invalidate()).some(Boolean),
  };
}
