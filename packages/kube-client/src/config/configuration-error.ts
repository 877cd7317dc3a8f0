import { KubeError } from "../errors.ts";

/** The kubeconfig or the credentials cannot be used as they are; asking again does not help. */
export function configurationError(message: string, cause?: unknown): KubeError {
  return new KubeError({ code: 0, reason: "Configuration", message, retryable: false, cause });
}

/** The way to log in failed; it may work later. */
export function credentialError(message: string, cause?: unknown): KubeError {
  return new KubeError({ code: 0, reason: "BadCredentials", message, retryable: true, cause });
}
