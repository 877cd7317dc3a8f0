import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Peer } from "./http-peer.ts";
import { startPeer } from "./http-peer.ts";

export type FakeS3 = Peer & {
  /** Keeps an object; gives its version id. */
  put(bucket: string, key: string, content: string | Buffer): string;
};

/**
 * An S3-compatible store, path style, that gives objects and their versions to those who sign as AWS Signature Version 4
 * says. The signature is computed anew from the request, so a wrong header, path or key is refused with 403.
 */
export async function startFakeS3(credentials: {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}): Promise<FakeS3> {
  const objects = new Map<string, { version: string; content: Buffer }[]>();
  const peer = await startPeer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    if (!isSigned(request, url, credentials)) {
      response.writeHead(403, { "content-type": "application/xml" });
      return response.end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
    }
    const versions = objects.get(decodeURIComponent(url.pathname)) ?? [];
    const wanted = url.searchParams.get("versionId");
    const found = wanted === null ? versions.at(-1) : versions.find(({ version }) => version === wanted);
    if (found === undefined) return response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    return response.writeHead(200, { "x-amz-version-id": found.version }).end(found.content);
  });
  return {
    ...peer,
    put(bucket, key, content) {
      const path = `/${bucket}/${key}`;
      const versions = objects.get(path) ?? [];
      const version = `v${versions.length + 1}`;
      objects.set(path, [...versions, { version, content: Buffer.from(content) }]);
      return version;
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(
  request: IncomingMessage,
  url: URL,
  { accessKeyId, secretAccessKey, region }: { accessKeyId: string; secretAccessKey: string; region: string },
): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (match === null) return false;
  const [, key = "", day = "", scopeRegion = "", names = "", signature = ""] = match;
  const payload = String(request.headers["x-amz-content-sha256"] ?? "");
  const time = String(request.headers["x-amz-date"] ?? "");
  if (key !== accessKeyId || scopeRegion !== region || payload === "" || !names.split(";").includes("host"))
    return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .sort()
    .join("&");
  const headers = names.split(";").map((name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(""), names, payload].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", time, `${day}/${region}/s3/aws4_request`, hash].join("\n");
  const hmac = (secret: string | Buffer, text: string) => createHmac("sha256", secret).update(text).digest();
  const derived = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return timingSafeEqual(hmac(derived, toSign), Buffer.from(signature, "hex"));
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
