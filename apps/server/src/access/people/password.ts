import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import { createTurns } from "./turns.ts";

/** OWASP's smallest recommended Argon2id: 19 MiB, two passes, one lane. Older hashes are made anew at the next login. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
type Parameters = { memory: number; passes: number; parallelism: number; tagLength: number };

const shortest = 12;
const longest = 1_024;
/** At work at once and waiting: hashing takes a core, and pipelines need theirs. */
const mostWaiting = 32;

export type Passwords = {
  /** Throws `too_many_requests` when too many wait: asked first, so that a storm costs nothing more. */
  check(): void;
  /** The hash with its parameters. Throws `invalid_request` for passwords that are too short or long. */
  hash(password: string): Promise<string>;
  /** False for a wrong password, and for none (null) after the same time. Throws `too_many_requests` when too many wait. */
  verify(password: string, stored: string | null): Promise<boolean>;
};

/** Hashes one password at a time, so that a storm of logins does not take the cores from running pipelines. */
export function createPasswords(waiting = mostWaiting): Passwords {
  const { run: inTurn, check } = createTurns(1, waiting, true);
  const decoy = encode(parameters, randomBytes(16), randomBytes(parameters.tagLength));

  return {
    check,
    async hash(password) {
      if (password.length < shortest || password.length > longest) {
        throw new GennakerError("invalid_request", `A password needs ${shortest} to ${longest} characters.`);
      }
      const salt = randomBytes(16);
      return encode(parameters, salt, await inTurn(() => derive(password, salt, parameters)));
    },
    async verify(password, stored) {
      const { salt, tag, ...rest } = decode(stored ?? decoy);
      const found = await inTurn(() => derive(password.slice(0, longest), salt, rest));
      return timingSafeEqual(found, tag) && stored !== null;
    },
  };
}

/** Whether a hash was made with other parameters than today's. */
export function isOutdated(stored: string): boolean {
  const { memory, passes, parallelism } = decode(stored);
  return memory !== parameters.memory || passes !== parameters.passes || parallelism !== parameters.parallelism;
}

function derive(
  password: string,
  salt: Buffer,
  { memory, passes, parallelism, tagLength }: Parameters,
): Promise<Buffer> {
  const input = { message: password.normalize("NFKC"), nonce: salt, memory, passes, parallelism, tagLength };
  return new Promise((resolve, reject) =>
    argon2("argon2id", input, (error, tag) => (error ? reject(error) : resolve(Buffer.from(tag)))),
  );
}

/** The usual text form: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
function encode({ memory, passes, parallelism }: Parameters, salt: Buffer, tag: Buffer): string {
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function decode(stored: string): Parameters & { salt: Buffer; tag: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored);
  if (!match) throw new Error("a stored password hash has a form that is not known");
  const tag = Buffer.from(match[5] ?? "", "base64");
  return {
    memory: Number(match[1]),
    passes: Number(match[2]),
    parallelism: Number(match[3]),
    tagLength: tag.length,
    salt: Buffer.from(match[4] ?? "", "base64"),
    tag,
  };
}
