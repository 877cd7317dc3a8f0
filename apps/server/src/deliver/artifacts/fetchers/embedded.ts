import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import { nameOf, referenceOf } from "./fetcher.ts";

/** The content that an `embedded/base64` artifact (or a `remote/base64` one without `ref://`) carries in its reference. */
export function decodeEmbedded(artifact: JsonObject): Buffer {
  const compact = referenceOf(artifact).replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact))
    throw new TaskError("artifact.base64", `The reference of artifact ${nameOf(artifact)} is no base64 text.`);
  return Buffer.from(compact, "base64");
}

/** The digest that a `ref://application/sha256` reference names, null for any other. */
export function storedDigest(artifact: JsonObject): string | null {
  const match = /^ref:\/\/[^/]+\/(?:sha256:)?([0-9a-f]{64})$/.exec(referenceOf(artifact));
  return match === null ? null : `sha256:${match[1]}`;
}
