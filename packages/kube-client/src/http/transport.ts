import type { Dispatcher } from "undici";
import type { CredentialMaterial, KubeConnection } from "../config/connection.ts";
import { KubeError } from "../errors.ts";
import { undici } from "./undici.ts";

/** Owns the sockets to one API server. A new certificate gets new sockets; old ones end with their last request. */
export type Transport = {
  dispatcher(material: CredentialMaterial): Dispatcher;
  close(): Promise<void>;
};

type TlsOptions = {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  rejectUnauthorized: boolean;
  timeout: number;
};

export function createTransport(connection: KubeConnection, connectTimeoutMs = 10_000): Transport {
  let current: { fingerprint: string; dispatcher: Dispatcher } | null = null;
  let closed = false;

  return {
    dispatcher(material) {
      if (closed) throw new KubeError({ code: 0, reason: "Closed", message: "the client is closed", retryable: false });
      const fingerprint = `${material.certificate?.cert ?? ""}\n${material.certificate?.key ?? ""}`;
      if (current?.fingerprint === fingerprint) return current.dispatcher;
      const previous = current?.dispatcher;
      current = {
        fingerprint,
        dispatcher: makeDispatcher(connection, tlsOptions(connection, material, connectTimeoutMs)),
      };
      // close() waits for what runs; watches on the old certificate end by their own time limit.
      previous?.close().catch(() => {});
      return current.dispatcher;
    },
    async close() {
      closed = true;
      await current?.dispatcher.destroy();
    },
  };
}

function tlsOptions(connection: KubeConnection, material: CredentialMaterial, timeout: number): TlsOptions {
  return {
    rejectUnauthorized: !connection.insecureSkipTlsVerify,
    timeout,
    ...(connection.ca === null ? {} : { ca: connection.ca }),
    ...(connection.tlsServerName === null ? {} : { servername: connection.tlsServerName }),
    ...(material.certificate === undefined ? {} : material.certificate),
  };
}

/**
 * Watches may be silent for long: time limits are the request's own, so undici's are switched off. HTTP/2 is not
 * offered: API servers take no WebSocket over it, so commands and forwarded ports would not work.
 */
const common = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000, allowH2: false };

function makeDispatcher(connection: KubeConnection, tls: TlsOptions): Dispatcher {
  const { proxyUrl } = connection;
  if (proxyUrl === null) return new (undici().Agent)({ ...common, connect: tls });
  const { protocol } = new URL(proxyUrl);
  if (protocol === "http:" || protocol === "https:") {
    // Kubernetes speaks TLS to the far side, so the proxy only ever sees a tunnel.
    return new (undici().ProxyAgent)({ ...common, uri: proxyUrl, requestTls: tls, proxyTunnel: true });
  }
  if (protocol === "socks5:" || protocol === "socks5h:") {
    return new (undici().Socks5ProxyAgent)(proxyUrl.replace("socks5h:", "socks5:"), { ...common, requestTls: tls });
  }
  throw new KubeError({
    code: 0,
    reason: "Configuration",
    message: `context ${connection.name}: proxy-url has the scheme ${protocol} Use http, https or socks5.`,
    retryable: false,
  });
}
