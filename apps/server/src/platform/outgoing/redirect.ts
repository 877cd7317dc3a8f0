import type { OutgoingRequest } from "./api.ts";
import { OutgoingError } from "./api.ts";

/** One request of a chain. `foreign` once a redirect has left the origin that was asked for. */
export type Hop = {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
  foreign: boolean;
};

/** All that is sent on to another origin: nothing that may be a credential. */
const harmless: ReadonlySet<string> = new Set(["accept", "accept-language", "range", "user-agent"]);

export function firstHop({ url: text, method, headers, body }: OutgoingRequest): Hop {
  const url = readUrl(text);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  lower["user-agent"] ??= "gennaker";
  if (url.username !== "" && lower["authorization"] === undefined) {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    lower["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  url.username = "";
  url.password = "";
  return { url, method, headers: lower, body, foreign: false };
}

/** Where a redirect leads; null when the answer is none. As browsers do, 301 to 303 make a POST a GET. */
export function nextHop(
  hop: Hop,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Hop | null {
  const location = headers["location"];
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== "string") return null;
  if (!URL.canParse(location, hop.url.href))
    throw new OutgoingError("redirect", `${hop.url.origin} redirects to something that is no address.`);
  const url = readUrl(new URL(location, hop.url.href).href);
  if (hop.url.protocol === "https:" && url.protocol === "http:")
    throw new OutgoingError("redirect", `${hop.url.origin} redirects from https to http, which is not followed.`);
  const leaves = url.origin !== hop.url.origin;
  url.username = "";
  url.password = "";
  const keeps = status === 307 || status === 308 || hop.method === "GET" || hop.method === "HEAD";
  const entries = Object.entries(hop.headers).filter(
    ([name]) => (!leaves || harmless.has(name)) && (keeps || !name.startsWith("content-")),
  );
  if (leaves && keeps && hop.body !== null)
    throw new OutgoingError("redirect", `${hop.url.origin} redirects a body to another host, which is not followed.`);
  return {
    url,
    method: keeps ? hop.method : "GET",
    headers: Object.fromEntries(entries),
    body: keeps ? hop.body : null,
    foreign: hop.foreign || leaves,
  };
}

/** An http or https address. Throws OutgoingError `address`. */
export function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new OutgoingError("address", "The address is no URL; write it as https://host/path.");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new OutgoingError("address", `${url.protocol} addresses are not called; use http or https.`);
  return url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
