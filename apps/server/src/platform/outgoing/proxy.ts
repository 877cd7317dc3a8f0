import type { OutgoingSettings } from "./settings.ts";
import { canonicalHost } from "./policy.ts";
import { inRange, parseIp, parseRange } from "./ip.ts";

export type ProxyRules = { http: string | null; https: string | null; no: readonly string[] };

/** The proxies in force: the configuration's, or those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). */
export function proxyRules(
  setting: OutgoingSettings["proxy"],
  env: Readonly<Record<string, string | undefined>>,
): ProxyRules {
  if (setting === "none") return { http: null, https: null, no: [] };
  if (setting !== "environment") return { http: setting.http ?? null, https: setting.https ?? null, no: setting.no };
  const read = (name: string) => env[name.toLowerCase()] || env[name] || null;
  const no = (read("NO_PROXY") ?? "").split(/[\s,]+/).filter((word) => word !== "");
  return { http: usable(read("HTTP_PROXY")), https: usable(read("HTTPS_PROXY")), no };
}

/**
 * The proxy an address is called through, null for none. `NO_PROXY` lists names (which cover what is below them),
 * networks, `host:port`, or `*`. Loopback is never asked of a proxy.
 */
export function proxyFor(rules: ProxyRules, url: URL): string | null {
  const proxy = url.protocol === "https:" ? rules.https : rules.http;
  if (proxy === null) return null;
  const host = canonicalHost(url.hostname);
  const ip = parseIp(host);
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1" || host.startsWith("127.")) return null;
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const spared = rules.no.some((entry) => {
    const [, name = "", wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const range = parseRange(entry);
    if (range !== null) return ip !== null && inRange(ip, range);
    if (wanted !== undefined && wanted !== port) return false;
    const base = name.replace(/^\*?\./, "");
    return name === "*" || host === base || host.endsWith(`.${base}`);
  });
  return spared ? null : proxy;
}

function usable(address: string | null): string | null {
  if (address === null) return null;
  const full = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
  return URL.canParse(full) ? full : null;
}
