import { KubeError } from "../errors.ts";

const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const badCertificate = /^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Words for a failure below HTTP. A certificate that is not trusted is no reason to try again. */
export function networkError(
  error: unknown,
  context: { exchange: { method: string; path: string }; server: string; timedOut: boolean },
): KubeError {
  const { exchange, server, timedOut } = context;
  const common = { code: 0, method: exchange.method, path: exchange.path, cause: error };
  if (timedOut) {
    return new KubeError({ ...common, reason: "Timeout", message: `${server} gave no complete answer in time.` });
  }
  if (error instanceof SyntaxError) {
    return new KubeError({ ...common, reason: "Protocol", message: `${server} answered with invalid JSON.` });
  }
  const code = systemCode(error);
  if (badCertificate.test(code)) {
    return new KubeError({
      ...common,
      reason: "BadCertificate",
      retryable: false,
      message: `the certificate of ${server} is not trusted (${code}). Check certificate-authority and tls-server-name.`,
    });
  }
  const words = error instanceof Error && error.message !== "" ? error.message : "the connection failed";
  return new KubeError({
    ...common,
    reason: "Unreachable",
    message: `${server} cannot be reached: ${words}.`,
    details: { systemCode: code },
  });
}

/** Nothing of the request left this machine, so a repeat cannot do it twice. */
export function sentNothing(error: KubeError): boolean {
  return beforeSending.has(String(error.details["systemCode"]));
}

function systemCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
    if (at instanceof AggregateError && at.errors[0] !== undefined) return systemCode(at.errors[0]);
  }
  return "";
}
