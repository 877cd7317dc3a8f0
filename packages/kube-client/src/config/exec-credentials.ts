import { spawn } from "node:child_process";
import type { CredentialMaterial, Credentials } from "./connection.ts";
import { isRecord } from "../objects.ts";
import { configurationError, credentialError } from "./configuration-error.ts";
import { systemCodeOf } from "./files.ts";
import { renewingCredentials, type Renewed } from "./renewing.ts";
import { bearer } from "./static-credentials.ts";

export type ExecPlugin = {
  apiVersion: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  installHint: string;
  interactiveMode: string;
  /** What the plugin may know of the cluster (`provideClusterInfo`); null: nothing. */
  cluster: Record<string, unknown> | null;
};

const apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
const maxOutput = 1024 * 1024;

/**
 * Runs a client-go credential plugin, with its arguments as they are and no shell, and keeps its answer until it
 * expires or the server refuses it. What the plugin prints on its error output never gets into errors beyond its last
 * line, since plugins have been seen to print tokens.
 */
export function execCredentials(
  plugin: ExecPlugin,
  options: { env?: Readonly<Record<string, string | undefined>>; timeoutMs?: number; now?: () => number } = {},
): Credentials {
  if (!apiVersions.includes(plugin.apiVersion)) {
    throw configurationError(
      `the exec plugin ${plugin.command} has apiVersion ${plugin.apiVersion || "(none)"}; use ${apiVersions.join(" or ")}.`,
    );
  }
  if (plugin.interactiveMode === "Always") {
    throw configurationError(`the exec plugin ${plugin.command} needs a terminal (interactiveMode Always).`);
  }
  const info = {
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(plugin.cluster === null ? {} : { cluster: plugin.cluster }) },
  };
  const env = { ...options.env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const run = () => runPlugin(plugin, env, options.timeoutMs ?? 60_000);
  return renewingCredentials(
    `exec plugin ${plugin.command}`,
    async () => readAnswer(plugin, await run()),
    options.now === undefined ? {} : { now: options.now },
  );
}

function runPlugin(plugin: ExecPlugin, env: Record<string, string | undefined>, timeoutMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(plugin.command, [...plugin.args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(0, maxOutput);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  child.on("error", (cause) => {
    const hint = plugin.installHint === "" ? "" : ` ${plugin.installHint.trim()}`;
    reject(
      credentialError(`the exec plugin ${plugin.command} cannot be started (${systemCodeOf(cause)}).${hint}`, cause),
    );
  });
  child.on("close", (code, signal) => {
    if (code === 0) return resolve(output);
    const last = complaint.trim().split("\n").at(-1) ?? "";
    const end = signal === null ? `exit status ${code}` : `stopped after ${timeoutMs / 1000} s`;
    reject(
      credentialError(
        `the exec plugin ${plugin.command} failed (${end})${last === "" ? "." : `: ${withoutSecrets(last)}`}`,
      ),
    );
  });
  return promise;
}

/** Long words without vowels between blanks are most likely tokens. */
function withoutSecrets(line: string): string {
  return line.slice(0, 300).replaceAll(/[\w+/=.-]{40,}/g, "…");
}

function readAnswer(plugin: ExecPlugin, output: string): Renewed {
  const wrong = (words: string) => credentialError(`the exec plugin ${plugin.command} ${words}`);
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw wrong("printed no JSON.");
  }
  if (!isRecord(answer) || answer["kind"] !== "ExecCredential") throw wrong("printed no ExecCredential.");
  if (answer["apiVersion"] !== plugin.apiVersion) {
    throw wrong(`answered in ${String(answer["apiVersion"])}, but the kubeconfig says ${plugin.apiVersion}.`);
  }
  const status = isRecord(answer["status"]) ? answer["status"] : {};
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  const material: CredentialMaterial = {
    headers: typeof token === "string" && token !== "" ? bearer(token).headers : {},
    ...(typeof cert === "string" && typeof key === "string" ? { certificate: { cert, key } } : {}),
  };
  if (Object.keys(material.headers).length === 0 && material.certificate === undefined) {
    throw wrong("gave neither a token nor a certificate with its key.");
  }
  const expiresAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : Number.NaN;
  return { material, expiresAt: Number.isNaN(expiresAt) ? null : expiresAt };
}
