import { readFileSync } from "node:fs";
import type { Server as PlainServer } from "node:http";
import type { ServerOptions } from "node:https";
import { Server } from "node:https";
import { createSecureContext } from "node:tls";
import type { TlsSettings } from "../platform/config/tls-settings.ts";
import type { Log } from "./log.ts";

type Files = { cert: string; key: string; ca?: string; crl?: string };

export type Tls = {
  /** For the listener, as the files are now. */
  options: ServerOptions;
  /** Takes up changed files for new connections; those that are open stay. Gives what ends it. */
  follow(server: PlainServer): () => void;
};

/** The main port's certificate. Null without one. Throws where the files cannot be used together. */
export function readTls(settings: TlsSettings, log: Log): Tls | null {
  const { cert, key, clientCa, clientCrl } = settings;
  if (cert === undefined || key === undefined) return null;
  const read = (): Files => ({
    cert: text("tls.cert", cert),
    key: text("tls.key", key),
    ...(clientCa === undefined ? {} : { ca: text("tls.clientCa", clientCa) }),
    ...(clientCrl === undefined ? {} : { crl: text("tls.clientCrl", clientCrl) }),
  });
  const first = read();
  check(first);
  return {
    options: {
      ...first,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      // Whoever shows none still may log in otherwise; one that is not vouched for is refused by its request.
      ...(clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: false }),
    },
    follow(server) {
      if (!(server instanceof Server)) return () => undefined;
      let current = JSON.stringify(first);
      let told = "";
      const look = () => {
        try {
          const files = read();
          const now = JSON.stringify(files);
          if (now === current) return;
          current = now;
          told = "";
          check(files);
          server.setSecureContext({ ...files, minVersion: "TLSv1.2" });
          log("info", "the certificate of the main port was read again", { cert });
        } catch (error) {
          const reason = (error as Error).message;
          if (reason === told) return;
          told = reason;
          log("error", "the changed certificate of the main port cannot be used; the one before stays", { reason });
        }
      };
      const timer = setInterval(look, settings.reloadSeconds * 1_000);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** Throws unless the certificate and the key are a pair, and the others can be read. */
function check(files: Files): void {
  try {
    createSecureContext(files);
  } catch (error) {
    throw new Error(`tls: the files cannot be used together: ${(error as Error).message}.`, { cause: error });
  }
}

function text(setting: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${setting} cannot be read (${String((error as { code?: unknown }).code)}): ${path}.`, {
      cause: error,
    });
  }
}
