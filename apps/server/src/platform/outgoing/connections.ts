import { lookup as lookUp } from "node:dns/promises";
import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { OutgoingError } from "./api.ts";
import { parseIp } from "./ip.ts";
import type { Policy } from "./policy.ts";
import { refuseAddress, refuseName } from "./policy.ts";
import type { OutgoingSettings } from "./settings.ts";
import { undici } from "./undici.ts";

export type Address = { address: string; family: 4 | 6 };
/** All addresses of a name. */
export type Resolver = (hostname: string) => Promise<Address[]>;

const connectMs = 10_000;

export const systemResolver: Resolver = async (hostname) =>
  (await lookUp(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));

/** Throws OutgoingError `refused` when a name, or any of its addresses, may not be called; gives the addresses. */
export async function checkedAddresses(policy: Policy, hostname: string, resolve: Resolver): Promise<Address[]> {
  checkName(policy, hostname);
  const found = await resolve(hostname);
  for (const { address } of found) {
    const ip = parseIp(address);
    const refusal = ip === null ? "was looked up to something that is no address" : refuseAddress(policy, hostname, ip);
    if (refusal !== null) throw new OutgoingError("refused", `${hostname} ${refusal}.`);
  }
  return found;
}

/** The checks that need no look-up: of the name, and of an address written in place of one. */
export function checkName(policy: Policy, hostname: string): void {
  const ip = parseIp(hostname);
  const refusal = refuseName(policy, hostname) ?? (ip === null ? null : refuseAddress(policy, hostname, ip));
  if (refusal !== null) throw new OutgoingError("refused", `${hostname} ${refusal}.`);
}

/** A look-up for sockets: they connect to exactly the addresses that were checked, so a name cannot change in between. */
function checkingLookup(policy: Policy, resolve: Resolver): LookupFunction {
  return (hostname, options, tell) => {
    const wanted = options.family === 4 || options.family === 6 ? options.family : null;
    checkedAddresses(policy, hostname, resolve).then(
      (all) => {
        const fitting = wanted === null ? all : all.filter(({ family }) => family === wanted);
        const [first] = fitting;
        if (first === undefined) {
          tell(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 4);
          return;
        }
        if (options.all === true) tell(null, fitting);
        else tell(null, first.address, first.family);
      },
      (error: Error) => tell(error, "", 4),
    );
  };
}

export type Tls = { ca?: string[]; cert?: string; key?: string };

/** The certificates trusted and shown. Read when a connection is made, so renewed files are taken up. */
export function readTls(settings: OutgoingSettings, clientCertificate: string | null): Tls {
  const tls: Tls = {};
  if (settings.ca.length > 0) tls.ca = [...rootCertificates, ...settings.ca.map((path) => readPem(path))];
  if (clientCertificate === null) return tls;
  const files = settings.clientCertificates[clientCertificate];
  if (files === undefined)
    throw new OutgoingError(
      "tls",
      `There is no client certificate "${clientCertificate}". Add it to outgoing.clientCertificates.`,
    );
  return { ...tls, cert: readPem(files.cert), key: readPem(files.key) };
}

/** Connections of one purpose with one set of certificates, straight to the checked addresses or through a proxy. */
export function createConnections(policy: Policy, resolve: Resolver, tls: Tls, proxy: string | null): Dispatcher {
  const common = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000, allowH2: false };
  if (proxy === null) {
    return new (undici().Agent)({
      ...common,
      connect: { ...tls, timeout: connectMs, lookup: checkingLookup(policy, resolve) },
    });
  }
  const { cert: _cert, key: _key, ...trusted } = tls;
  return new (undici().ProxyAgent)({
    ...common,
    uri: proxy,
    requestTls: { ...tls, timeout: connectMs },
    proxyTls: trusted,
  });
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? "unreadable");
    throw new OutgoingError("tls", `A certificate file of the section outgoing cannot be read (${code}).`);
  }
}
