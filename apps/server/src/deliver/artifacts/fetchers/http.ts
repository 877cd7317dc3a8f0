import { coversHost } from "../settings.ts";
import { authorization, download, refuseHost, urlOf } from "./fetcher.ts";
import type { Fetcher } from "./fetcher.ts";

/** `http/file`: a file at an address, with Basic or Bearer credentials for the hosts of its account. */
export const fetchHttp: Fetcher = async (artifact, account, tools) => {
  const url = urlOf(artifact);
  const headers: Record<string, string> = {};
  if (account?.type === "http") {
    if (!coversHost(account.hosts, url)) refuseHost(artifact, account, url);
    const value = await authorization(account, tools.reveal);
    if (value !== null) headers["authorization"] = value;
  }
  const { body } = await download(artifact, { url: url.href, headers, configured: account?.type === "http" }, tools);
  return { body, resolved: {} };
};
