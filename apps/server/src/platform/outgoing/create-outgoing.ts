import type { Dispatcher } from "undici";
import type { Outgoing, OutgoingAnswer, OutgoingRequest, OutgoingRoute, OutgoingStream, Purpose } from "./api.ts";
import { OutgoingError } from "./api.ts";
import type { Resolver } from "./connections.ts";
import { checkedAddresses, checkName, createConnections, readTls, systemResolver } from "./connections.ts";
import { toOutgoingError } from "./faults.ts";
import { canonicalHost, namedHosts } from "./policy.ts";
import { proxyFor, proxyRules } from "./proxy.ts";
import { readAll, readWithin } from "./read-body.ts";
import { firstHop, nextHop, readUrl } from "./redirect.ts";
import type { Hop } from "./redirect.ts";
import type { OutgoingSettings } from "./settings.ts";
import { policyFor } from "./settings.ts";

export type OutgoingOptions = {
  settings: OutgoingSettings;
  /** True when the server itself is served on loopback only: then nobody from outside can send it anywhere. */
  localAllowed: boolean;
  env: Readonly<Record<string, string | undefined>>;
  resolve?: Resolver;
};

/**
 * The one client for every outgoing call. Each address is looked up, checked against the purpose's policy, and the
 * connection made to exactly what was checked. Rejects with OutgoingError, or with the caller's own reason when its
 * signal aborts.
 */
export function createOutgoing({ settings, localAllowed, env, resolve = systemResolver }: OutgoingOptions): Outgoing {
  const connections = new Map<string, Dispatcher>();
  const proxies = proxyRules(settings.proxy, env);

  function connectionsFor(hop: Hop, purpose: Purpose, local: boolean, certificate: string | null): Dispatcher {
    const proxy = proxyFor(proxies, hop.url);
    const key = JSON.stringify([purpose, local, certificate, proxy]);
    const known = connections.get(key);
    if (known !== undefined) return known;
    const made = createConnections(policyFor(settings, purpose, local), resolve, readTls(settings, certificate), proxy);
    connections.set(key, made);
    return made;
  }

  async function exchange(input: OutgoingRequest, hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const local = localAllowed || (input.configured === true && !hop.foreign);
    const policy = policyFor(settings, input.purpose, local);
    checkName(policy, hop.url.hostname);
    // A proxy looks names up itself. Where they are known here too, their addresses are still checked.
    if (proxyFor(proxies, hop.url) !== null) {
      await checkedAddresses(policy, hop.url.hostname, (name) => resolve(name).catch(() => []));
    }
    const certificate = (hop.foreign ? null : input.clientCertificate) ?? certificateFor(hop.url.hostname);
    return connectionsFor(hop, input.purpose, local, certificate).request({
      origin: hop.url.origin,
      path: `${hop.url.pathname}${hop.url.search}`,
      method: hop.method as "GET",
      headers: hop.headers,
      body: hop.body,
      signal,
    });
  }

  function certificateFor(hostname: string): string | null {
    const found = Object.entries(settings.clientCertificates).find(([, { hosts }]) => namedHosts(hosts, hostname));
    return found?.[0] ?? null;
  }

  async function follow(input: OutgoingRequest, signal: AbortSignal) {
    let hop = firstHop(input);
    for (let left = input.redirects ?? 0; ; left -= 1) {
      const { origin } = hop.url;
      try {
        const answer = await exchange(input, hop, signal);
        const next = (input.redirects ?? 0) === 0 ? null : nextHop(hop, answer.statusCode, answer.headers);
        if (next === null) return { answer, origin };
        discard(answer);
        if (left <= 0) throw new OutgoingError("redirect", `${origin} redirects too often.`);
        hop = next;
      } catch (error) {
        input.signal.throwIfAborted();
        throw toOutgoingError(error, origin, input.timeoutMs);
      }
    }
  }

  const signalOf = (input: OutgoingRequest) => AbortSignal.any([input.signal, AbortSignal.timeout(input.timeoutMs)]);

  return {
    async send(input): Promise<OutgoingAnswer> {
      const { answer, origin } = await follow(input, signalOf(input));
      try {
        const { text, truncated } = await readAll(answer.body, input.maxBytes);
        return { status: answer.statusCode, headers: plainHeaders(answer.headers), body: text, truncated };
      } catch (error) {
        input.signal.throwIfAborted();
        throw toOutgoingError(error, origin, input.timeoutMs);
      }
    },

    async open(input): Promise<OutgoingStream> {
      const { answer, origin } = await follow(input, signalOf(input));
      const body = readWithin(answer.body, input.maxBytes, origin, (error) => {
        input.signal.throwIfAborted();
        return toOutgoingError(error, origin, input.timeoutMs);
      });
      return { status: answer.statusCode, headers: plainHeaders(answer.headers), body, cancel: () => discard(answer) };
    },

    async route(target): Promise<OutgoingRoute> {
      const url = readUrl(target.url);
      const policy = policyFor(settings, target.purpose, localAllowed || target.configured === true);
      const proxy = proxyFor(proxies, url);
      const known: Resolver = proxy === null ? resolve : (name) => resolve(name).catch(() => []);
      const host = canonicalHost(url.hostname);
      const found = await checkedAddresses(policy, host, known).catch((error: unknown) => {
        throw toOutgoingError(error, url.origin, 0);
      });
      const ca = readTls(settings, null).ca?.join("\n") ?? null;
      return { addresses: proxy === null ? found.map(({ address }) => address) : [], proxy, ca };
    },

    async close() {
      const all = [...connections.values()];
      connections.clear();
      await Promise.all(all.map((each) => each.destroy()));
    },
  };
}

function discard({ body }: Dispatcher.ResponseData): void {
  body.on("error", () => {}).destroy();
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
