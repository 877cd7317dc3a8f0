import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Peer } from "./http-peer.ts";
import { startPeer } from "./http-peer.ts";

export type GitServer = Peer & {
  /** Writes files on a branch of a repository, which is made when new; gives the commit. */
  commit(repository: string, branch: string, files: Record<string, string>): string;
  tag(repository: string, name: string, commit: string): void;
};

/**
 * Real git over HTTP: `git http-backend` behind a server on loopback, with Basic authorization where `credentials`
 * ("user:password") are given. Repositories are at `URL/NAME.git`.
 */
export async function startGitServer(credentials: string | null = null): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), "gennaker-git-"));
  const backend = join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git-http-backend");
  const peer = await startPeer((request, response) => {
    const wanted = credentials === null ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (request.headers.authorization !== wanted)
      return response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return answerByCgi(backend, root, request, response);
  });
  const git = (directory: string, args: readonly string[]): string =>
    execFileSync("git", ["-C", directory, "-c", "user.name=T", "-c", "user.email=t@t.invalid", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: process.env["PATH"] ?? "", HOME: root, GIT_CONFIG_NOSYSTEM: "1" },
    }).trim();

  return {
    ...peer,
    commit(repository, branch, files) {
      const bare = join(root, `${repository}.git`);
      const work = join(root, `${repository}.work`);
      mkdirSync(work, { recursive: true });
      try {
        git(bare, ["rev-parse", "--git-dir"]);
      } catch {
        mkdirSync(bare, { recursive: true });
        git(bare, ["init", "--quiet", "--bare", `--initial-branch=${branch}`]);
        git(bare, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
        git(work, ["init", "--quiet"]);
        git(work, ["remote", "add", "origin", bare]);
      }
      git(work, ["checkout", "--quiet", "-B", branch]);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), content);
      }
      git(work, ["add", "--all"]);
      git(work, ["commit", "--quiet", "--allow-empty", "-m", "change"]);
      git(work, ["push", "--quiet", "--force", "origin", branch]);
      return git(work, ["rev-parse", "HEAD"]);
    },
    tag(repository, name, commit) {
      git(join(root, `${repository}.git`), ["tag", name, commit]);
    },
    async close() {
      await peer.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function answerByCgi(backend: string, root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "", "http://x");
  const child = spawn(backend, [], {
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method ?? "",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => {});
  let head = Buffer.alloc(0);
  let begun = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (begun) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    begun = true;
    for (const line of head.subarray(0, end).toString().split("\r\n")) {
      const [, name = "", value = ""] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
      if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
      else if (name !== "") response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  child.on("close", () => response.end());
}
