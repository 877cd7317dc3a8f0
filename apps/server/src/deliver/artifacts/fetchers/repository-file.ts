import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ArtifactAccount } from "../settings.ts";
import type { Fetcher, FetchTools } from "./fetcher.ts";
import { authorization, download, nameOf, refuseHost, urlOf } from "./fetcher.ts";

const bases = {
  github: "https://api.github.com",
  gitlab: "https://gitlab.com",
  bitbucket: "https://api.bitbucket.org",
};
type Kind = keyof typeof bases;

/**
 * `github/file`: the contents API, asked for the raw file; `version` is a branch, tag or commit. Enterprise servers have
 * their address as the account's `baseUrl`, e.g. `https://github.corp/api/v3`.
 */
export const fetchGithub: Fetcher = async (artifact, account, tools) => {
  const url = inside("github", artifact, account);
  if (!/\/repos\/[^/]+\/[^/]+\/contents\/./.test(url.pathname))
    throw badReference(artifact, "https://api.github.com/repos/ORG/REPO/contents/PATH");
  setRef(url, artifact);
  const token = account?.type === "github" ? await authorization(account, tools.reveal) : null;
  return get(artifact, url, account, tools, {
    accept: "application/vnd.github.raw+json",
    "x-github-api-version": "2022-11-28",
    ...(token === null ? {} : { authorization: token }),
  });
};

/** `gitlab/file`: the raw file of the repository files API. */
export const fetchGitlab: Fetcher = async (artifact, account, tools) => {
  const url = inside("gitlab", artifact, account);
  if (!/\/projects\/[^/]+\/repository\/files\/[^/]+\/raw$/.test(url.pathname))
    throw badReference(artifact, "https://gitlab.com/api/v4/projects/ID/repository/files/PATH/raw");
  setRef(url, artifact);
  const token = account?.type === "gitlab" && account.token !== undefined ? await tools.reveal(account.token) : null;
  return get(artifact, url, account, tools, token === null ? {} : { "private-token": token });
};

/** `bitbucket/file`: the reference names the file and its version. */
export const fetchBitbucket: Fetcher = async (artifact, account, tools) => {
  const url = inside("bitbucket", artifact, account);
  const value = account?.type === "bitbucket" ? await authorization(account, tools.reveal) : null;
  return get(artifact, url, account, tools, value === null ? {} : { authorization: value });
};

async function get(
  artifact: JsonObject,
  url: URL,
  account: ArtifactAccount | null,
  tools: FetchTools,
  headers: Record<string, string>,
) {
  const { body, headers: answered } = await download(
    artifact,
    { url: url.href, headers, configured: account !== null },
    tools,
  );
  const commit = answered["x-gitlab-commit-id"];
  return { body, resolved: commit === undefined ? {} : { version: commit } };
}

/** The reference, when it is below the account's address. A relative one is taken as below it. */
function inside(kind: Kind, artifact: JsonObject, account: ArtifactAccount | null): URL {
  const base = new URL(account?.type === kind ? account.baseUrl : bases[kind]);
  const url = urlOf(artifact);
  const prefix = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  if (url.origin !== base.origin || !url.pathname.startsWith(prefix)) {
    if (account !== null) refuseHost(artifact, account, url);
    throw new TaskError(
      "artifact.account",
      `Artifact ${nameOf(artifact)} is at ${url.host}; add an artifact account with that baseUrl and name it.`,
    );
  }
  return url;
}

function setRef(url: URL, artifact: JsonObject): void {
  const { version } = artifact;
  if (typeof version === "string" && version !== "") url.searchParams.set("ref", version);
  else if (!url.searchParams.has("ref") && url.pathname.includes("/repository/files/"))
    url.searchParams.set("ref", "HEAD");
}

function badReference(artifact: JsonObject, form: string): TaskError {
  return new TaskError("artifact.reference", `The reference of artifact ${nameOf(artifact)} must look like ${form}.`);
}
