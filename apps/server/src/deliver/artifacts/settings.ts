import type { ArtifactAccountKind } from "@gennaker/pipeline-model/artifacts/types.ts";
import { z } from "zod";

const name = z.string().min(1).max(200);
const host = z.string().regex(/^(\*\.)?[a-z0-9._-]+(:\d+)?$/i, "expected a host, *.domain or host:port");
const address = z.string().regex(/^https?:\/\/[^\s@?#]+$/, "expected http(s)://host[/path] without user and query");
/** A value, or better a reference to a secret: `secret://env/NAME`. */
const secret = z.string().min(1);

const http = z.strictObject({
  name,
  type: z.literal("http"),
  /** Where the credentials are sent; nowhere else. */
  hosts: z.array(host).min(1),
  username: z.string().optional(),
  password: secret.optional(),
  token: secret.optional(),
});
const git = http.extend({ type: z.literal("git") });
const api = (kind: "github" | "gitlab" | "bitbucket", baseUrl: string) =>
  z.strictObject({
    name,
    type: z.literal(kind),
    baseUrl: address.default(baseUrl),
    token: secret.optional(),
    username: z.string().optional(),
    password: secret.optional(),
  });
const s3 = z.strictObject({
  name,
  type: z.literal("s3"),
  region: z.string().default("us-east-1"),
  endpoint: address.optional(),
  /** The bucket in the path, as stores other than Amazon's expect it. Default: with an `endpoint`. */
  pathStyle: z.boolean().optional(),
  accessKeyId: secret.optional(),
  secretAccessKey: secret.optional(),
  sessionToken: secret.optional(),
});

/** The section `artifacts` of `gennaker.yaml`; see the README beside this file. */
export const artifactsSchema = z
  .strictObject({
    accounts: z
      .array(
        z.discriminatedUnion("type", [
          http,
          git,
          api("github", "https://api.github.com"),
          api("gitlab", "https://gitlab.com"),
          api("bitbucket", "https://api.bitbucket.org"),
          s3,
        ]),
      )
      .default([]),
    limits: z
      .strictObject({
        artifactBytes: z
          .number()
          .int()
          .min(1)
          .default(256 * 1024 * 1024),
        storeBytes: z
          .number()
          .int()
          .min(1)
          .default(2 * 1024 * 1024 * 1024),
        timeoutMs: z.number().int().min(100).default(120_000),
      })
      .prefault({}),
  })
  .superRefine(({ accounts }, context) => {
    const seen = new Set(["embedded-artifact", "no-auth-http-account"]);
    for (const [index, account] of accounts.entries()) {
      if (seen.has(account.name))
        context.addIssue({ code: "custom", path: ["accounts", index, "name"], message: "is used twice" });
      seen.add(account.name);
    }
  });

export type ArtifactSettings = z.output<typeof artifactsSchema>;
export type ArtifactAccount = ArtifactSettings["accounts"][number];
export type AccountOf<K extends ArtifactAccountKind> = Extract<ArtifactAccount, { type: K }>;

/** Whether an address belongs to the hosts of an account. */
export function coversHost(hosts: readonly string[], url: URL): boolean {
  return hosts.some((pattern) => {
    const wanted = pattern.toLowerCase();
    if (wanted.startsWith("*.")) return url.hostname.endsWith(wanted.slice(1));
    return (
      wanted === url.hostname || wanted === `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`
    );
  });
}
