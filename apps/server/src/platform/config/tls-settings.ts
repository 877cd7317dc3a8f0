import { z } from "zod";

const file = z.string().min(1);

/** The section `tls` of `gennaker.yaml`: files in PEM. They are read again when they change. */
export const tlsSchema = z
  .strictObject({
    cert: file.optional(),
    key: file.optional(),
    /** Who signs the certificates that machines show instead of a password; see `access.certificates`. */
    clientCa: file.optional(),
    /** Certificates that are no longer taken. */
    clientCrl: file.optional(),
    /** Seconds between looks at the files. */
    reloadSeconds: z.number().int().min(1).max(3_600).default(10),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), "cert and key belong together")
  .refine(({ cert, clientCa }) => clientCa === undefined || cert !== undefined, "clientCa needs cert and key")
  .refine(({ clientCa, clientCrl }) => clientCrl === undefined || clientCa !== undefined, "clientCrl needs clientCa");

export type TlsSettings = z.output<typeof tlsSchema>;
