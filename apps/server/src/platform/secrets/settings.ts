import { z } from "zod";

/** Read before other sources can be: from the environment or a file, or written here. */
const early = z
  .string()
  .min(1)
  .refine(
    (text) => !text.startsWith("secret://") || /^secret:\/\/(env|file)\//.test(text),
    "may only be secret://env/… or secret://file/…",
  );
const vault = z.strictObject({
  type: z.literal("vault"),
  address: z.string().regex(/^https?:\/\/[^\s@?#]+$/, "expected http(s)://host[:port]"),
  namespace: z.string().optional(),
  kv: z.union([z.literal(1), z.literal(2)]).default(2),
  token: early.optional(),
  appRole: z.strictObject({ roleId: early, secretId: early, mount: z.string().default("approle") }).optional(),
  clientCertificate: z.string().optional(),
});

/** The section `secrets` of `gennaker.yaml`; see the README beside this file. */
export const secretsSchema = z.strictObject({
  /** Default: `secrets.key` in the data directory. */
  keyFile: z.string().min(1).optional(),
  /** Where `secret://file/…` reads. Default: `secrets` in the data directory. */
  files: z.string().min(1).optional(),
  sources: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, "expected small letters, digits and dashes"), vault)
    .refine(
      (sources) => !["env", "file", "db", "kubernetes"].some((name) => Object.hasOwn(sources, name)),
      "env, file, db and kubernetes are built in",
    )
    .default({}),
  /** What pipelines may refer to besides `db`, whose secrets say so themselves. Nothing unless listed. */
  pipelines: z
    .array(
      z.strictObject({
        /** `SOURCE/PATH` with `*` for anything and `{application}` for the name of the pipeline's application. */
        secrets: z.array(z.string().min(1)).min(1),
        applications: z.array(z.string()).default(["*"]),
        hosts: z.array(z.string().min(1)).min(1),
      }),
    )
    .default([]),
});

export type SecretSettings = z.output<typeof secretsSchema>;
export type VaultSettings = z.output<typeof vault>;
