import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import type { GitServer } from "@gennaker/testkit/fakes/git-server.ts";
import { startGitServer } from "@gennaker/testkit/fakes/git-server.ts";
import { Parser } from "tar";
import type { ReadEntry } from "tar";
import { afterAll, expect, test } from "vitest";
import { createOutgoing } from "../../../platform/outgoing/create-outgoing.ts";
import { outgoingSchema } from "../../../platform/outgoing/settings.ts";
import { contentOf, createWorld } from "../testing/world.ts";

const world = await createWorld();
const open = await startGitServer();
const closed = await startGitServer("bot:revealed-GIT");
const firstCommit = open.commit("app", "main", { "README.md": "one", "k8s/base/app.yml": "v1", "k8s/x.yml": "x" });
open.tag("app", "release-1", firstCommit);
const commits = [
  firstCommit,
  open.commit("app", "main", { "README.md": "two" }),
  open.commit("app", "feature/x", { "README.md": "three" }),
];
closed.commit("app", "main", { "README.md": "private" });
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  await world.close();
});

async function filesOf(body: AsyncIterable<Uint8Array>): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const reading: Promise<void>[] = [];
  const parser = new Parser({
    onReadEntry(entry: ReadEntry) {
      if (entry.type !== "File") {
        entry.resume();
        return;
      }
      reading.push(
        contentOf(entry as unknown as AsyncIterable<Uint8Array>).then(
          (content) => void (files[entry.path] = content.toString()),
        ),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on("end", () => resolve());
    parser.on("error", reject);
    Readable.from(body)
      .on("data", (chunk: Buffer) => parser.write(chunk))
      .on("end", () => parser.end());
  });
  await Promise.all(reading);
  return files;
}
const repo = (server: GitServer, more: object = {}) => ({
  type: "git/repo",
  reference: `${server.url}/app.git`,
  ...more,
});
async function fetched(section: object, artifact: object) {
  const artifacts = world.artifacts(section);
  const found = await artifacts.fetch(artifact as never, { signal: world.signal });
  return { ...found, files: await filesOf(artifacts.read(found.digest)) };
}

test.each<[string | undefined, number, string]>([
  [undefined, 1, "two"],
  ["main", 1, "two"],
  ["feature/x", 2, "three"],
  ["release-1", 0, "one"],
])("the tree at version %s", async (version, commit, readme) => {
  const { files, artifact } = await fetched({}, repo(open, version === undefined ? {} : { version }));
  expect(files).toEqual({ "README.md": readme, "k8s/base/app.yml": "v1", "k8s/x.yml": "x" });
  expect(artifact["version"]).toBe(commits[commit]);
});

test("the tree at a commit, whole or shortened", async () => {
  for (const version of [firstCommit, firstCommit.slice(0, 10)]) {
    const { files, artifact } = await fetched({}, repo(open, { version }));
    expect([files["README.md"], artifact["version"]]).toEqual(["one", firstCommit]);
  }
});

test("a path inside, with its place in the tree; the same tree has the same digest", async () => {
  const one = await fetched({}, repo(open, { location: "/k8s/base/" }));
  expect(one.files).toEqual({ "k8s/base/app.yml": "v1" });
  expect((await fetched({}, repo(open, { location: "k8s/base" }))).digest).toBe(one.digest);
});

test("credentials go to the hosts of their account; a refusal says so and leaves nothing behind", async () => {
  const { host } = new URL(closed.url);
  const account = { name: "g", type: "git", hosts: [host], username: "bot", token: "secret://env/GIT" };
  const { files } = await fetched({ accounts: [account] }, repo(closed, { artifactAccount: "g" }));
  expect(files).toEqual({ "README.md": "private" });
  await expect(fetched({}, repo(closed))).rejects.toMatchObject({ explanation: { code: "artifact.missing" } });
  await expect(fetched({ accounts: [account] }, repo(open, { artifactAccount: "g" }))).rejects.toMatchObject({
    explanation: { code: "artifact.account" },
  });
  const left = await readdir(join(world.dataDirectory, "tmp", "artifacts"));
  expect(left.filter((name) => name.startsWith("git-"))).toEqual([]);
});

test.each([
  ["--upload-pack=touch /tmp/x", "artifact.reference"],
  ["ext::sh -c touch% /tmp/x", "artifact.reference"],
  ["file:///etc", "artifact.reference"],
  ["/etc", "artifact.reference"],
  ["ssh://-oProxyCommand=x/y", "artifact.reference"],
  ["git@github.com:org/repo.git", "artifact.reference"],
  ["https://user:canary@host/app.git", "artifact.reference"],
])("%s is no repository", async (reference, code) => {
  const error = await fetched({}, { type: "git/repo", reference }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ explanation: { code }, retryable: false });
  expect(String(error)).not.toContain("canary");
});

test.each(["--upload-pack=x", "-x", "a:b", "+main", "a..b", "HEAD@{1}", "a b", "main~1", "refs/heads/*"])(
  "%j is no version",
  async (version) => {
    await expect(fetched({}, repo(open, { version }))).rejects.toMatchObject({
      explanation: { code: "artifact.version" },
    });
  },
);

test.each(["../x", "a/../../b", ":(glob)**", "\0"])("%j is no location", async (location) => {
  await expect(fetched({}, repo(open, { location }))).rejects.toMatchObject({
    explanation: { code: "artifact.location" },
  });
});

test("what is not there, and what is not reachable", async () => {
  await expect(fetched({}, repo(open, { version: "none" }))).rejects.toMatchObject({
    explanation: { code: "artifact.missing" },
    retryable: false,
  });
  await expect(fetched({}, repo(open, { location: "nowhere" }))).rejects.toMatchObject({
    explanation: { code: "artifact.missing" },
  });
  const gone = await startPeer(() => {});
  await gone.close();
  await expect(fetched({}, { type: "git/repo", reference: `${gone.url}/a.git` })).rejects.toMatchObject({
    retryable: true,
  });
});

test("a server that does not answer ends with the limit, and with the caller's abort", async () => {
  const silent = await startPeer(() => {});
  const artifact = { type: "git/repo", reference: `${silent.url}/a.git` };
  await expect(fetched({ limits: { timeoutMs: 300 } }, artifact)).rejects.toMatchObject({
    explanation: { code: "artifact.unreachable" },
    retryable: true,
  });
  const stop = new AbortController();
  const asked = world.artifacts().fetch(artifact, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("canceled")), 50);
  await expect(asked).rejects.toThrow("canceled");
  await silent.close();
});

test("git stays within the guard: refused addresses, names that change, redirects", async () => {
  const section = (lists: object) => outgoingSchema.parse({ policies: { artifact: lists } });
  const strict = createOutgoing({ settings: section({}), localAllowed: false, env: {} });
  await expect(world.artifacts({}, strict).fetch(repo(open), { signal: world.signal })).rejects.toMatchObject({
    explanation: { code: "artifact.refused" },
  });
  // Git is told the checked address, so it never looks the name up itself: the name exists nowhere else.
  const resolve = async () => [{ address: "127.0.0.1", family: 4 as const }];
  const pinned = createOutgoing({ settings: section({}), localAllowed: true, env: {}, resolve });
  const named = { type: "git/repo", reference: `${open.url.replace("127.0.0.1", "git.example.invalid")}/app.git` };
  expect((await world.artifacts({}, pinned).fetch(named, { signal: world.signal })).artifact["version"]).toBe(
    commits[1],
  );
  const before = open.requests.length;
  const leading = await startPeer((request, response) =>
    response.writeHead(302, { location: `${open.url}${request.url}` }).end(),
  );
  await expect(fetched({}, { type: "git/repo", reference: `${leading.url}/app.git` })).rejects.toThrow();
  expect(open.requests.length).toBe(before);
  await Promise.all([strict.close(), pinned.close(), leading.close()]);
});
