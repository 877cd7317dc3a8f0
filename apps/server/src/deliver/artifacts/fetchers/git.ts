import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import { coversHost } from "../settings.ts";
import type { ArtifactAccount } from "../settings.ts";
import type { Fetcher, FetchTools } from "./fetcher.ts";
import { authorization, nameOf, referenceOf, refuseHost, unreachable } from "./fetcher.ts";
import type { GitRun } from "./run-git.ts";
import { GitError, gitText, runGit } from "./run-git.ts";

/**
 * `git/repo`: the tree of a branch, tag or commit (`version`; the default branch without one), or of a path inside it
 * (`location`), as `git archive` packs it into a tar.gz. Shallow, over http and https only, with the addresses that the
 * guard of outgoing calls has checked. `resolved.version` is the commit.
 */
export const fetchGit: Fetcher = async (artifact, account, tools) => {
  const url = repositoryUrl(artifact);
  const version = checkedVersion(artifact);
  const subpath = checkedPath(artifact);
  await mkdir(tools.directory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(tools.directory, "git-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const signal = AbortSignal.any([tools.signal, AbortSignal.timeout(tools.timeoutMs)]);
  try {
    const settings = await settingsFor(artifact, url, account, directory, tools);
    // Packs of shallow fetches are smaller than the trees in them; ten times is far from any honest repository.
    const maxBytes = 10 * tools.maxBytes;
    const run = (args: readonly string[]): GitRun => ({
      args,
      directory,
      settings,
      protocols: "http:https",
      signal,
      maxBytes,
    });
    await gitText(run(["init", "--quiet", "--bare", "--template=", "."]));
    const commit = await fetchCommit(run, url.href, version);
    return { body: archive(artifact, run, commit, subpath, remove), resolved: { version: commit } };
  } catch (error) {
    await remove();
    throw told(artifact, error, tools.signal);
  }
};

async function fetchCommit(run: (args: readonly string[]) => GitRun, url: string, version: string): Promise<string> {
  const shallow = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", url];
  const short = /^[0-9a-f]{7,39}$/.test(version);
  try {
    await gitText(run([...shallow, version]));
    return await gitText(run(["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"]));
  } catch (error) {
    // A shortened commit is no name that a server knows: all branches are needed to find it.
    if (!short || !(error instanceof GitError) || error.problem !== "failed") throw error;
    const all = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", url, "+refs/heads/*:refs/heads/*"];
    await gitText(run(all));
    return await gitText(run(["rev-parse", "--verify", "--quiet", `${version}^{commit}`]));
  }
}

async function* archive(
  artifact: JsonObject,
  run: (args: readonly string[]) => GitRun,
  commit: string,
  subpath: string | null,
  remove: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* runGit(run(["archive", "--format=tar.gz", commit, ...(subpath === null ? [] : ["--", subpath])]));
  } catch (error) {
    throw told(artifact, error, run([]).signal);
  } finally {
    await remove();
  }
}

async function settingsFor(
  artifact: JsonObject,
  url: URL,
  account: ArtifactAccount | null,
  directory: string,
  { outgoing, reveal }: FetchTools,
): Promise<Record<string, string>> {
  const own = account?.type === "git" ? account : null;
  if (own !== null && !coversHost(own.hosts, url)) refuseHost(artifact, own, url);
  const route = await outgoing
    .route({ purpose: "artifact", url: url.href, configured: own !== null })
    .catch((error: unknown) => Promise.reject(unreachable(artifact, error)));
  const settings: Record<string, string> = {
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "30",
    "http.proxy": route.proxy ?? "",
    "protocol.version": "2",
    "core.hooksPath": "/dev/null",
    "credential.helper": "",
    "gc.auto": "0",
  };
  if (route.addresses.length > 0) {
    const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
    const list = route.addresses.map((address) => (address.includes(":") ? `[${address}]` : address)).join(",");
    settings["http.curloptResolve"] = `${url.hostname}:${port}:${list}`;
  }
  if (route.ca !== null) {
    settings["http.sslCAInfo"] = join(directory, "trusted.pem");
    await writeFile(settings["http.sslCAInfo"], route.ca);
  }
  const value = own === null ? null : await gitAuthorization(own, reveal);
  if (value !== null) settings["http.extraHeader"] = `Authorization: ${value}`;
  return settings;
}

/** Git servers take a token as the password of any user. */
async function gitAuthorization(
  account: Extract<ArtifactAccount, { type: "git" }>,
  reveal: FetchTools["reveal"],
): Promise<string | null> {
  if (account.token === undefined) return await authorization(account, reveal);
  return await authorization({ username: account.username ?? "x-access-token", password: account.token }, reveal);
}

function repositoryUrl(artifact: JsonObject): URL {
  const reference = referenceOf(artifact);
  const url = URL.canParse(reference) ? new URL(reference) : null;
  const plain = url !== null && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url !== null && plain && /^https?:$/.test(url.protocol)) return url;
  throw new TaskError(
    "artifact.reference",
    `The reference of artifact ${nameOf(artifact)} must be an http or https address of a repository, without user, ` +
      "password and query. Credentials belong into an artifact account.",
  );
}

/** A name that git may be given: no option, no refspec, no range. */
function checkedVersion(artifact: JsonObject): string {
  const { version } = artifact;
  if (version === undefined || version === null || version === "") return "HEAD";
  if (
    typeof version === "string" &&
    version.length <= 255 &&
    /^[\w][\w./@+#-]*$/.test(version) &&
    !/\.\.|@\{|\.lock$/.test(version)
  )
    return version;
  throw new TaskError("artifact.version", `The version of artifact ${nameOf(artifact)} is no branch, tag or commit.`);
}

function checkedPath(artifact: JsonObject): string | null {
  const { location } = artifact;
  if (location === undefined || location === null || location === "") return null;
  const path = typeof location === "string" ? location.replace(/^(\.?\/)+|\/+$/g, "") : "";
  if (path === "" || path.startsWith(":") || path.includes("\0") || path.split("/").includes(".."))
    throw new TaskError(
      "artifact.location",
      `The location of artifact ${nameOf(artifact)} is no path inside the repository.`,
    );
  return path;
}

function told(artifact: JsonObject, error: unknown, signal: AbortSignal): unknown {
  if (!(error instanceof GitError)) return error;
  const name = nameOf(artifact);
  if (signal.aborted && error.problem === "aborted" && (signal.reason as Error | undefined)?.name !== "TimeoutError")
    return signal.reason;
  if (error.problem === "missing")
    return new TaskError("artifact.git", `Artifact ${name} needs the program git, which is not installed here.`);
  if (error.problem === "tooLong")
    return new TaskError("artifact.tooLong", `The repository of artifact ${name} is larger than what is taken.`);
  if (error.problem === "aborted")
    return new TaskError("artifact.unreachable", `The repository of artifact ${name} did not come in time.`, {
      retryable: true,
    });
  const away = /unable to access|Could not resolve|early EOF|hung up|RPC failed|returned error: (5\d\d|429)/.test(
    error.message,
  );
  const message = `The repository of artifact ${name} could not be fetched: git says "${error.message}".`;
  return new TaskError(away ? "artifact.unreachable" : "artifact.missing", message, { retryable: away });
}
