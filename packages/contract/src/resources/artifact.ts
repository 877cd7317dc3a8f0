import { z } from "zod";
import { defineRoutes } from "../route.ts";

export const artifactAccount = z.object({ name: z.string(), types: z.array(z.string()) });
export type ArtifactAccount = z.infer<typeof artifactAccount>;

export const fetchedArtifact = z.object({
  digest: z.string().describe("sha256:… of the content"),
  size: z.number(),
  artifact: z.looseObject({}).describe("the artifact with what is exact now, e.g. the commit of a branch"),
});
export type FetchedArtifact = z.infer<typeof fetchedArtifact>;

export const artifactRoutes = defineRoutes({
  listArtifactAccounts: {
    method: "GET",
    path: "/artifacts/accounts",
    tag: "artifacts",
    summary: "Accounts that artifacts are fetched with, and for which types",
    response: z.array(artifactAccount),
  },
  getArtifactUsage: {
    method: "GET",
    path: "/artifacts/usage",
    tag: "artifacts",
    summary: "How full the artifact store is",
    response: z.object({
      contents: z.number(),
      bytes: z.number(),
      pinnedBytes: z.number().describe("held by executions that have not ended"),
      limitBytes: z.number(),
    }),
  },
  fetchArtifact: {
    method: "POST",
    path: "/artifacts/fetch",
    tag: "artifacts",
    summary: "Fetch an artifact into the store, as a stage would",
    body: z.looseObject({ type: z.string().min(1) }).describe("an artifact as in a pipeline"),
    response: fetchedArtifact,
  },
});
