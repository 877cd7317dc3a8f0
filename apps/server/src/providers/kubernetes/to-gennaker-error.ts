import { GennakerError, type ErrorCode } from "@gennaker/contract/errors.ts";
import { isKubeError, type KubeError } from "@gennaker/kube-client/errors.ts";

/** What a cluster refused or could not do, in the terms of the one table of errors; other errors stay as they are. */
export function toGennakerError(error: unknown): unknown {
  return isKubeError(error) ? new GennakerError(codeOf(error), error.message, { cause: error }) : error;
}

function codeOf({ code, reason }: KubeError): ErrorCode {
  if (reason === "Timeout") return "timeout";
  switch (code) {
    case 400:
    case 422:
      return "invalid_request";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 409:
      return "conflict";
    case 413:
      return "payload_too_large";
    case 429:
      return "too_many_requests";
    default:
      // Also 401: it is Gennaker's login that failed, not the caller's.
      return "upstream_failed";
  }
}
