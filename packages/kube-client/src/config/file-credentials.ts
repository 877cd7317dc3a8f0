import { readFile } from "node:fs/promises";
import { systemCodeOf } from "./files.ts";
import type { Credentials } from "./connection.ts";
import { credentialError } from "./configuration-error.ts";
import { renewingCredentials } from "./renewing.ts";
import { bearer } from "./static-credentials.ts";

/** Files are read again after this time, as client-go does, and at once after a 401. */
const rereadMs = 60_000;

/** A token in a file that somebody renews. While the file cannot be read, the last token or `fallback` is used. */
export function tokenFileCredentials(
  path: string,
  options: { fallback?: string; now?: () => number } = {},
): Credentials {
  const { now = Date.now } = options;
  let last = options.fallback ?? null;
  return renewingCredentials(
    `token of ${path}`,
    async () => {
      const token = await readFile(path, "utf8").then(
        (text) => text.trim(),
        (cause: unknown) => {
          if (last !== null) return last;
          throw credentialError(`the token file ${path} cannot be read (${systemCodeOf(cause)}).`, cause);
        },
      );
      if (token === "") throw credentialError(`the token file ${path} is empty.`);
      last = token;
      return { material: bearer(token), expiresAt: now() + rereadMs };
    },
    { slackMs: 0, now },
  );
}

/** A client certificate and its key in files that may be rotated. */
export function certificateFileCredentials(
  read: { cert: () => Promise<string>; key: () => Promise<string> },
  description: string,
  now: () => number = Date.now,
): Credentials {
  return renewingCredentials(
    description,
    async () => {
      const [cert, key] = await Promise.all([read.cert(), read.key()]);
      return { material: { headers: {}, certificate: { cert, key } }, expiresAt: now() + rereadMs };
    },
    { slackMs: 0, now },
  );
}
