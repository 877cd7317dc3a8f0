import type { QueryValue } from "../http/sender.ts";

export type ChangeOptions = {
  /** Who owns the fields; the client's own manager by default. */
  fieldManager?: string;
  /** Let the server check and admit it, but store nothing. */
  dryRun?: boolean;
  /** What the server does with fields it does not know. Default `Strict` for dry runs, else the server's own `Warn`. */
  fieldValidation?: "Ignore" | "Warn" | "Strict";
  subresource?: string;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

export type DeleteOptions = {
  /** `Background` (default): the object goes at once, its dependents later. `Foreground`: dependents first. */
  propagation?: "Background" | "Foreground" | "Orphan";
  gracePeriodSeconds?: number | undefined;
  /** Refused with 409 unless the object still is this one. */
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

export function changeQuery(options: ChangeOptions, fieldManager: string): Record<string, QueryValue> {
  return {
    fieldManager: options.fieldManager ?? fieldManager,
    dryRun: options.dryRun === true ? "All" : undefined,
    fieldValidation: options.fieldValidation ?? (options.dryRun === true ? "Strict" : undefined),
  };
}

export function deleteBody(options: DeleteOptions): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: options.propagation ?? "Background",
    ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
    ...(options.dryRun === true ? { dryRun: ["All"] } : {}),
  };
}
