import type { Ip, Range } from "./ip.ts";
import { inRange, kindOf, meanings, parseIp, parseRange } from "./ip.ts";

/** A line of a list: a network, a host name, or a name with all below it (`*.example.com`). */
type Rule = { range: Range } | { host: string } | { below: string };

export type Policy = {
  /** When there are any, nothing else is called. They may be loopback or private. */
  only: readonly Rule[];
  /** Never called. */
  deny: readonly Rule[];
  /** May be called although they are loopback or private. */
  allow: readonly Rule[];
  /** Loopback and private addresses are called unless denied. */
  local: boolean;
};

/** Why an address is not called, in words that follow the host's name; null when it may be. */
export type Refusal = string | null;

/** Names of clouds' metadata services; their addresses are refused as well. */
const metadataNames: ReadonlySet<string> = new Set([
  "metadata.google.internal",
  "metadata",
  "instance-data",
  "instance-data.ec2.internal",
  "metadata.azure.internal",
  "metadata.tencentyun.com",
  "metadata.oraclecloud.com",
]);

/** A rule from a line of the configuration. Throws an Error with the reason when it is none. */
export function parseRule(text: string): Rule {
  const line = text.trim().toLowerCase();
  const range = parseRange(line);
  if (range !== null) return { range };
  const host = line.replace(/\.$/, "");
  const name = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
  if (!name.test(host) || /^[\d.]+$/.test(host))
    throw new Error(`"${text}" is neither a host (ci.example.com, *.example.com) nor a network (10.0.0.0/8)`);
  return host.startsWith("*.") ? { below: host.slice(1) } : { host };
}

/** What can be said about a name before it is looked up. */
export function refuseName(policy: Policy, hostname: string): Refusal {
  const host = canonicalHost(hostname);
  if (metadataNames.has(host)) return "is a metadata service, which is never called";
  if (policy.deny.some((rule) => namesHost(rule, host))) return "is on the deny list";
  const onlyNames = policy.only.length > 0 && !policy.only.some((rule) => "range" in rule || namesHost(rule, host));
  return onlyNames ? "is not on the list of what may be called" : null;
}

/** What is said about one address that a name was looked up to. */
export function refuseAddress(policy: Policy, hostname: string, ip: Ip): Refusal {
  const host = canonicalHost(hostname);
  const kind = kindOf(ip);
  const named = (list: readonly Rule[]) =>
    list.some((rule) =>
      "range" in rule ? meanings(ip).some((one) => inRange(one, rule.range)) : namesHost(rule, host),
    );
  if (kind === "forbidden") return "is a link-local, metadata or reserved address, which is never called";
  if (named(policy.deny)) return "is on the deny list";
  if (policy.only.length > 0) return named(policy.only) ? null : "is not on the list of what may be called";
  if (kind === "public" || policy.local || named(policy.allow)) return null;
  return `is a ${kind} address, which is called only where the configuration allows it (outgoing.policies)`;
}

/** Lower case, without brackets and without the dot at the end. */
export function canonicalHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

function namesHost(rule: Rule, host: string): boolean {
  if ("host" in rule) return rule.host === host;
  return "below" in rule && host.endsWith(rule.below);
}

/** Whether a host is named, or written as an address inside a network, in a list. */
export function namedHosts(list: readonly Rule[], hostname: string): boolean {
  const host = canonicalHost(hostname);
  const ip = parseIp(host);
  return list.some((rule) => ("range" in rule ? ip !== null && inRange(ip, rule.range) : namesHost(rule, host)));
}
