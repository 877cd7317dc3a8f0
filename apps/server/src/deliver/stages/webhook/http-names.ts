import { STATUS_CODES } from "node:http";

/** Where Spring's names differ from the registered reason phrases. */
const own: Readonly<Record<number, string>> = {
  103: "CHECKPOINT",
  203: "NON_AUTHORITATIVE_INFORMATION",
  208: "ALREADY_REPORTED",
  226: "IM_USED",
  302: "FOUND",
  413: "PAYLOAD_TOO_LARGE",
  416: "REQUESTED_RANGE_NOT_SATISFIABLE",
  418: "I_AM_A_TEAPOT",
  419: "INSUFFICIENT_SPACE_ON_RESOURCE",
  420: "METHOD_FAILURE",
  421: "DESTINATION_LOCKED",
  451: "UNAVAILABLE_FOR_LEGAL_REASONS",
  505: "HTTP_VERSION_NOT_SUPPORTED",
  509: "BANDWIDTH_LIMIT_EXCEEDED",
  511: "NETWORK_AUTHENTICATION_REQUIRED",
};

/** A code's name as Spinnaker writes it into `webhook.statusCode`; the number for one without a name. */
export function codeName(code: number): string {
  const phrase = own[code] ?? STATUS_CODES[code];
  return phrase === undefined ? String(code) : phrase.toUpperCase().replaceAll(/[^A-Z]+/g, "_");
}
