/**
 * The proxy that the environment names for an address, by the rules Go programs follow: `HTTPS_PROXY` or `HTTP_PROXY`
 * by scheme (either case), never for this machine itself, and not for what `NO_PROXY` lists: hosts, domains with all
 * that is below them, addresses, IPv4 networks as `10.0.0.0/8`, each also with a port, or `*`.
 */
export function proxyFromEnvironment(server: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const { protocol, hostname, port } = new URL(server);
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy) return null;
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host === "::1" || host.startsWith("127.")) return null;
  const exceptions = (env["NO_PROXY"] || env["no_proxy"] || "").split(",").map((entry) => entry.trim().toLowerCase());
  const actualPort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  if (exceptions.some((entry) => entry !== "" && matches(entry, host, actualPort))) return null;
  return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const [, name = entry, wantedPort] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (name.includes("/")) return inNetwork(host, name);
  const domain = name.replace(/^\*?\./, "");
  return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(name));
}

function inNetwork(host: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const [address, start] = [numberOf(host), numberOf(base)];
  const size = Number(bits);
  if (address === null || start === null || !Number.isInteger(size) || size < 0 || size > 32) return false;
  const span = 2 ** (32 - size);
  return Math.floor(address / span) === Math.floor(start / span);
}

function numberOf(address: string): number | null {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
