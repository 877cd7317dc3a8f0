import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotate, annotation } from "./annotations.ts";

/** Whose an object is: application, cluster within it, and the number of a versioned one. Null: not known. */
export type Moniker = {
  app: string | null;
  cluster: string | null;
  stack: string | null;
  detail: string | null;
  sequence: number | null;
};

export const noMoniker: Moniker = { app: null, cluster: null, stack: null, detail: null, sequence: null };

/** Writes the moniker into a manifest about to be deployed; never over one that is there. */
export function annotateMoniker(manifest: JsonObject, moniker: Moniker): void {
  annotate(manifest, {
    [annotation.cluster]: moniker.cluster,
    [annotation.application]: moniker.app,
    [annotation.stack]: moniker.stack,
    [annotation.detail]: moniker.detail,
    [annotation.sequence]: moniker.sequence,
  });
}
