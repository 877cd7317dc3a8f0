import { OutgoingError } from "./api.ts";

const broken: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke the connection",
  EPIPE: "broke the connection",
  UND_ERR_SOCKET: "broke the connection",
  EHOSTUNREACH: "cannot be reached from here",
  ENETUNREACH: "cannot be reached from here",
  EADDRNOTAVAIL: "cannot be reached from here",
  ETIMEDOUT: "did not take the connection in time",
  UND_ERR_CONNECT_TIMEOUT: "did not take the connection in time",
  UND_ERR_PRX_TLS: "could not be reached through the proxy",
};
const slow: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const unknownName: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"]);

/**
 * Whatever a connection failed with, as a sentence about the host. The library's own texts are never passed on: they may
 * quote what was sent.
 */
export function toOutgoingError(error: unknown, origin: string, timeoutMs: number): OutgoingError {
  const all = [...causes(error)];
  const known = all.find((one) => one instanceof OutgoingError);
  if (known instanceof OutgoingError) return known;
  const codes = all.map((one) => String((one as { code?: unknown }).code ?? ""));
  const seconds = `${timeoutMs / 1000} s`;
  if (all.some((one) => (one as Error).name === "TimeoutError") || codes.some((code) => slow.has(code)))
    return new OutgoingError("timeout", `${origin} did not answer in full within ${seconds}.`);
  if (codes.some((code) => unknownName.has(code)))
    return new OutgoingError(
      "unresolved",
      `The name of ${origin} is not known. Check its spelling and the name server.`,
    );
  const tls = codes.find((code) =>
    /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|ERR_OSSL|EPROTO)/.test(code),
  );
  if (tls !== undefined)
    return new OutgoingError("tls", `${origin} has no TLS certificate that is trusted, or refused ours (${tls}).`);
  const wrongProxy = all.find((one) => /proxy/i.test((one as Error).message ?? ""));
  if (wrongProxy !== undefined)
    return new OutgoingError("unreachable", `${origin} could not be reached through the proxy.`);
  const code = codes.find((each) => broken[each] !== undefined);
  if (code !== undefined) return new OutgoingError("unreachable", `${origin} ${broken[code]}.`);
  if (codes.includes("UND_ERR_HEADERS_OVERFLOW"))
    return new OutgoingError("tooLong", `${origin} sent headers without end.`);
  if (codes.includes("UND_ERR_INVALID_ARG"))
    return new OutgoingError(
      "request",
      `The request to ${origin} cannot be sent: its method or a header is not allowed.`,
    );
  if (codes.some((each) => each.startsWith("HPE_")))
    return new OutgoingError("unreachable", `${origin} answered something that is not HTTP.`);
  const first = codes.find((each) => each !== "");
  return new OutgoingError("unreachable", `${origin} could not be asked${first === undefined ? "" : ` (${first})`}.`);
}

/** An error, what caused it, and the parts of an aggregate. */
function* causes(error: unknown, depth = 0): Generator<object> {
  if (typeof error !== "object" || error === null || depth > 5) return;
  yield error;
  yield* causes((error as { cause?: unknown }).cause, depth + 1);
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) for (const one of errors) yield* causes(one, depth + 1);
}
