import type { SecretReference } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { SecretScope } from "./api.ts";
import type { SecretSettings } from "./settings.ts";

type Use = Extract<SecretScope, { from: "pipeline" }>;

/** Whether a pipeline may send what a stored secret holds: for its application and to this host. */
export function mayUse(secret: { applications: readonly string[]; hosts: readonly string[] }, use: Use): boolean {
  return covers(secret.applications, use.application) && secret.hosts.some((host) => matchesHost(host, use.host));
}

/** Whether a rule of the configuration lets a pipeline send what a reference names. */
export function mayRefer(rules: SecretSettings["pipelines"], { source, path }: SecretReference, use: Use): boolean {
  // A path that climbs would match a rule for one folder and read from another.
  if (path.split("/").some((part) => part === "." || part === ".." || part === "")) return false;
  return rules.some(
    (rule) =>
      covers(rule.applications, use.application) &&
      rule.hosts.some((host) => matchesHost(host, use.host)) &&
      rule.secrets.some((pattern) => matchesPath(pattern, `${source}/${path}`, use.application)),
  );
}

function covers(applications: readonly string[], application: string | null): boolean {
  return applications.includes("*") || (application !== null && applications.includes(application.toLowerCase()));
}

function matchesHost(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  const name = host.toLowerCase();
  if (wanted === "*" || wanted === name || wanted === name.replace(/:\d+$/, "")) return true;
  return wanted.startsWith("*.") && name.replace(/:\d+$/, "").endsWith(wanted.slice(1));
}

function matchesPath(pattern: string, path: string, application: string | null): boolean {
  if (pattern.includes("{application}") && application === null) return false;
  const parts = pattern.replaceAll("{application}", application ?? "").split("*");
  const source = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${source}$`, "s").test(path);
}
