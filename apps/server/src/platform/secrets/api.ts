import type { Actor } from "../audit/api.ts";

/**
 * Who refers to a secret. The configuration may refer to all; a pipeline to those that say so for its application, and
 * only in what it sends to the hosts that they name.
 */
export type SecretScope = { from: "configuration" } | { from: "pipeline"; application: string | null; host: string };

export type StoredSecret = {
  name: string;
  description: string;
  applications: string[];
  hosts: string[];
  /** The key it is encrypted with, and whether the key file still has it. */
  keyId: string;
  readable: boolean;
  updatedAt: Date;
  updatedBy: string;
};

export type SecretInput = { value: string; description: string; applications: string[]; hosts: string[] };

export type Secrets = {
  /**
   * The text with each reference replaced by its value, `encode`d. What it gives is for sending only; every value is
   * remembered by the redactor first. Rejects with SecretError.
   */
  reveal(text: string, scope: SecretScope, encode?: (value: string) => string): Promise<string>;
  /** Null when the reference can be resolved by the configuration, otherwise why not. The value is not given. */
  check(reference: string): Promise<string | null>;
  list(): Promise<StoredSecret[]>;
  set(name: string, input: SecretInput, actor: Actor): Promise<StoredSecret>;
  remove(name: string, actor: Actor): Promise<boolean>;
  /** Encrypts everything anew with the first key of the key file. */
  rotate(actor: Actor): Promise<{ keyId: string; rotated: number; unreadable: string[] }>;
};

/** One place where values are kept. `null` when there is none under that path and key. */
export type SecretSource = { read(path: string, key: string | null): Promise<string | null> };

/**
 * `reference`: cannot be read. `source`: no such source. `missing`: nothing there. `forbidden`: not for this pipeline or
 * host. `unavailable`: the source cannot be asked just now. `lostKey`: the key it was encrypted with is gone.
 */
export type SecretFault = "reference" | "source" | "missing" | "forbidden" | "unavailable" | "lostKey";

/** The sentence names the reference, never the value. */
export class SecretError extends Error {
  readonly fault: SecretFault;

  constructor(fault: SecretFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "SecretError";
    this.fault = fault;
  }
}
