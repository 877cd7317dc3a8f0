import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

/** A secret that the database keeps. Its value is never given back. */
export const secret = z.object({
  name: z.string(),
  description: z.string(),
  applications: z.array(z.string()).describe("whose pipelines may refer to it; * for all"),
  hosts: z.array(z.string()).describe("where pipelines may send it; * for anywhere"),
  keyId: z.string().describe("the key it is encrypted with"),
  readable: z.boolean().describe("false: the key file does not hold that key"),
  updatedAt: time,
  updatedBy: z.string(),
});
export type Secret = z.infer<typeof secret>;

const lists = z.array(z.string().min(1).max(253)).max(100);
const secretInput = z.object({
  value: z.string().min(1).max(65_536),
  description: z.string().max(1_000).default(""),
  applications: lists.default([]),
  hosts: lists.default([]),
});

export const secretRoutes = defineRoutes({
  listSecrets: {
    method: "GET",
    path: "/secrets",
    tag: "secrets",
    summary: "Secrets that the database keeps, without their values",
    response: z.array(secret),
  },
  setSecret: {
    method: "PUT",
    path: "/secrets/:secret",
    tag: "secrets",
    summary: "Keep a value under a name, encrypted with the operator's key",
    body: secretInput,
    response: secret,
  },
  deleteSecret: {
    method: "DELETE",
    path: "/secrets/:secret",
    tag: "secrets",
    summary: "Forget a secret",
    response: z.object({}),
  },
  rotateSecrets: {
    method: "POST",
    path: "/secrets/rotate",
    tag: "secrets",
    summary: "Encrypt all secrets anew with the first key of the key file",
    body: z.object({}),
    response: z.object({ keyId: z.string(), rotated: z.number(), unreadable: z.array(z.string()) }),
  },
  checkSecret: {
    method: "GET",
    path: "/secrets/check",
    tag: "secrets",
    summary: "Whether a reference can be resolved, and why not",
    query: z.object({ reference: z.string().min(1).max(2_048).describe("e.g. secret://vault/kv/ci#token") }),
    response: z.object({ resolves: z.boolean(), reason: z.string().nullable() }),
  },
});
