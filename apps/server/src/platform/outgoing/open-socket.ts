import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";
import type { OpenSocket, OutgoingSocket, SocketTarget } from "./api.ts";
import { OutgoingError } from "./api.ts";
import type { Address, Resolver } from "./connections.ts";
import { checkedAddresses, readTls, systemResolver } from "./connections.ts";
import { toOutgoingError } from "./faults.ts";
import { canonicalHost, namedHosts } from "./policy.ts";
import type { OutgoingSettings } from "./settings.ts";
import { policyFor } from "./settings.ts";

type Options = { settings: OutgoingSettings; localAllowed: boolean; resolve?: Resolver };

/**
 * Plain connections under the same guard as HTTP: the name is looked up once, all its addresses are checked, and the
 * connection is made to the first of them. Proxies are not used: they do not carry these protocols.
 */
export function createOpenSocket({ settings, localAllowed, resolve = systemResolver }: Options): OpenSocket {
  return async (target) => {
    const { protocol, timeoutMs } = target;
    const host = canonicalHost(target.host);
    const origin = `${protocol}://${target.host}:${target.port}`;
    const policy = policyFor(settings, target.purpose, localAllowed || target.configured === true);
    try {
      target.signal.throwIfAborted();
      const [address] = await checkedAddresses(policy, host, resolve);
      if (address === undefined) throw new OutgoingError("unresolved", `The name of ${origin} has no address.`);
      if (protocol === "udp") return openUdp(target, address, origin);
      const socket = protocol === "tcp" ? openTcp(target, address) : openTls(target, address, host);
      const limit = AbortSignal.any([target.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        await once(socket, protocol === "tcp" ? "connect" : "secureConnect", { signal: limit });
      } catch (error) {
        socket.destroy();
        throw limit.reason instanceof Error && limit.aborted ? limit.reason : error;
      }
      return writer(socket, origin, timeoutMs);
    } catch (error) {
      target.signal.throwIfAborted();
      throw toOutgoingError(error, origin, timeoutMs);
    }
  };

  function openTcp({ port }: SocketTarget, { address }: Address): Socket {
    return connectPlain({ host: address, port });
  }

  function openTls({ port, clientCertificate }: SocketTarget, { address }: Address, host: string): Socket {
    const found = Object.entries(settings.clientCertificates).find(([, { hosts }]) => namedHosts(hosts, host));
    const tls = readTls(settings, clientCertificate ?? found?.[0] ?? null);
    // The certificate is compared with the name, not with the address that it was looked up to.
    return connectTls({ ...tls, host: address, port, servername: host });
  }
}

function writer(socket: Socket, origin: string, timeoutMs: number): OutgoingSocket {
  let gone: OutgoingError | null = null;
  const lost = (error: unknown) => (gone ??= toOutgoingError(error, origin, timeoutMs));
  const ended = () => lost(Object.assign(new Error("ended"), { code: "ECONNRESET" }));
  socket.on("error", lost);
  // The other side does not talk; its end is all there is to hear.
  socket.on("end", ended).on("close", ended).resume();
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone !== null) return reject(gone);
        const timer = setTimeout(() => {
          socket.destroy();
          reject(new OutgoingError("timeout", `${origin} did not take what was sent within ${timeoutMs / 1000} s.`));
        }, timeoutMs);
        socket.write(bytes, (error) => {
          clearTimeout(timer);
          if (error) reject(lost(error));
          else resolve();
        });
      }),
    close: () => void socket.destroy(),
  };
}

function openUdp({ port, timeoutMs }: SocketTarget, { address, family }: Address, origin: string): OutgoingSocket {
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  let failed: unknown = null;
  socket.on("error", (error) => (failed = error));
  socket.unref();
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (failed !== null) return reject(toOutgoingError(failed, origin, timeoutMs));
        socket.send(bytes, port, address, (error) =>
          error ? reject(toOutgoingError(error, origin, timeoutMs)) : resolve(),
        );
      }),
    close: () => socket.close(),
  };
}
