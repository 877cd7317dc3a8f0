import { GennakerError } from "@gennaker/contract/errors.ts";
import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { AccessSettings } from "../settings/api.ts";
import { readPattern } from "../settings/api.ts";

type CertificateSettings = NonNullable<AccessSettings["certificates"]>;

const alternatives = { email: "email:", dns: "DNS:", uri: "URI:" } as const;

/**
 * Who the connection's certificate names; null where none was shown. Throws `unauthenticated` for one that is not vouched
 * for, is over, or names nobody.
 */
export function certificateOf(
  socket: Socket,
  settings: CertificateSettings,
): { user: string; fingerprint: string } | null {
  if (!(socket instanceof TLSSocket)) return null;
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) return null;
  if (!socket.authorized) throw refused(`is not taken (${String(socket.authorizationError)})`);
  const certificate = new X509Certificate(raw);
  const now = Date.now();
  // A connection may outlive the certificate it was made with.
  if (Date.parse(certificate.validTo) < now || Date.parse(certificate.validFrom) > now)
    throw refused("is not valid now");
  const name = nameIn(certificate, settings);
  if (name === null) throw refused(`names nobody (access.certificates.user is ${settings.user})`);
  return { user: name, fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase().slice(0, 32) };
}

/** Null where there is no such name, or several that could be meant. */
function nameIn(certificate: X509Certificate, { user, pattern }: CertificateSettings): string | null {
  const names =
    user === "commonName"
      ? certificate.subject.split("\n").flatMap((line) => (line.startsWith("CN=") ? [line.slice(3)] : []))
      : alternativesOf(certificate.subjectAltName ?? "", alternatives[user]);
  const [name] = names;
  if (name === undefined || (user === "commonName" && names.length > 1)) return null;
  if (pattern === undefined) return name;
  return readPattern(pattern)?.exec(name)?.[1] ?? null;
}

/** Node writes `DNS:a, URI:"with, comma"`: names with odd signs stand in quotes, as JSON. */
function alternativesOf(text: string, prefix: string): string[] {
  return [...text.matchAll(/([A-Za-z ]+:)("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].flatMap(([, kind, value = ""]) => {
    if (kind !== prefix) return [];
    return [value.startsWith('"') ? (JSON.parse(value) as string) : value];
  });
}

function refused(why: string): GennakerError {
  return new GennakerError("unauthenticated", `The certificate of this connection ${why}.`);
}
