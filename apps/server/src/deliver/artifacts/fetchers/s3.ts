import type { JsonObject } from "@gennaker/contract/json.ts";
import { AwsV4Signer } from "aws4fetch";
import { TaskError } from "../../../engine/api.ts";
import type { AccountOf } from "../settings.ts";
import type { Fetcher, FetchTools } from "./fetcher.ts";
import { download, nameOf, referenceOf } from "./fetcher.ts";

/** `s3/object`: `s3://bucket/key` of Amazon S3 or a store with its interface; `version` is the object's version id. */
export const fetchS3: Fetcher = async (artifact, account, tools) => {
  if (account?.type !== "s3")
    throw new TaskError(
      "artifact.account",
      `Artifact ${nameOf(artifact)} needs an artifact account of the type s3, which says where the store is.`,
    );
  const url = objectUrl(artifact, account);
  const headers = await signed(url, account, tools);
  const { body, headers: answered } = await download(
    artifact,
    { url: url.href, headers, configured: true, redirects: 0 },
    tools,
  );
  const version = answered["x-amz-version-id"];
  return { body, resolved: version === undefined || version === "null" ? {} : { version } };
};

function objectUrl(artifact: JsonObject, { endpoint, region, pathStyle }: AccountOf<"s3">): URL {
  const match = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})\/(.+)$/.exec(referenceOf(artifact));
  const [, bucket = "", key = ""] = match ?? [];
  if (match === null || key.split("/").some((part) => part === "." || part === ".."))
    throw new TaskError("artifact.reference", `The reference of artifact ${nameOf(artifact)} must be s3://bucket/key.`);
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const path = key.split("/").map(encodeRfc3986).join("/");
  const base = url.pathname.replace(/\/$/, "");
  if (pathStyle ?? endpoint !== undefined) url.pathname = `${base}/${bucket}/${path}`;
  else {
    url.hostname = `${bucket}.${url.hostname}`;
    url.pathname = `${base}/${path}`;
  }
  const { version } = artifact;
  if (typeof version === "string" && version !== "") url.searchParams.set("versionId", version);
  return url;
}

/** AWS Signature Version 4 in the headers; none for an account without keys, as public buckets are read. */
async function signed(url: URL, account: AccountOf<"s3">, { reveal }: FetchTools): Promise<Record<string, string>> {
  if (account.accessKeyId === undefined || account.secretAccessKey === undefined) return {};
  const signer = new AwsV4Signer({
    method: "GET",
    url: url.href,
    accessKeyId: await reveal(account.accessKeyId),
    secretAccessKey: await reveal(account.secretAccessKey),
    ...(account.sessionToken === undefined ? {} : { sessionToken: await reveal(account.sessionToken) }),
    service: "s3",
    region: account.region,
  });
  const { headers } = await signer.sign();
  return Object.fromEntries([...headers].filter(([name]) => name !== "host"));
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
