import { startFakeGithub } from "@gennaker/testkit/fakes/github.ts";
import { startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { startFakeS3 } from "@gennaker/testkit/fakes/s3.ts";
import { afterAll, afterEach, expect, test } from "vitest";
import { createOutgoing } from "../../../platform/outgoing/create-outgoing.ts";
import { outgoingSchema } from "../../../platform/outgoing/settings.ts";
import { contentOf, createWorld } from "../testing/world.ts";

const world = await createWorld();
const peers: { close(): Promise<void> }[] = [];
afterAll(() => world.close());
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});
function kept<T extends { close(): Promise<void> }>(peer: T): T {
  peers.push(peer);
  return peer;
}
const keys = { accessKeyId: "AKID", secretAccessKey: "s3cr3t/+=", region: "eu-west-1" };

test("s3: signed, path style, with and without a version, odd names", async () => {
  const s3 = kept(await startFakeS3(keys));
  s3.put("bucket", "dir/a b+ü(1)'.yml", "one");
  s3.put("bucket", "dir/a b+ü(1)'.yml", "two");
  const section = { accounts: [{ name: "store", type: "s3", endpoint: s3.url, ...keys }] };
  const object = { type: "s3/object", reference: "s3://bucket/dir/a b+ü(1)'.yml", artifactAccount: "store" };
  expect(await world.text(section, object)).toBe("two");
  expect(await world.text(section, { ...object, version: "v1" })).toBe("one");
  const { artifact } = await world.artifacts(section).fetch(object, { signal: world.signal });
  expect(artifact).toEqual({ ...object, version: "v2" });
  const wrong = { accounts: [{ name: "store", type: "s3", endpoint: s3.url, ...keys, secretAccessKey: "other" }] };
  await expect(world.text(wrong, object)).rejects.toMatchObject({ explanation: { code: "artifact.denied" } });
  await expect(world.text(section, { ...object, reference: "s3://bucket/none" })).rejects.toMatchObject({
    explanation: { code: "artifact.missing" },
    retryable: false,
  });
});

test.each(["s3://b/../c", "s3://UP/x", "https://b/x", "s3://bucket", "s3://bucket@evil/x"])(
  "s3 takes no %s",
  async (reference) => {
    const section = { accounts: [{ name: "store", type: "s3", ...keys }] };
    await expect(world.text(section, { type: "s3/object", reference })).rejects.toMatchObject({
      explanation: { code: "artifact.reference" },
    });
  },
);

test("github: the raw file of a ref, with the account's token, from the account's server only", async () => {
  const github = kept(await startFakeGithub("revealed-GH"));
  github.put("org/repo", "k8s/app.yml", "main", "on main");
  github.put("org/repo", "k8s/app.yml", "v1", "at v1");
  const section = {
    accounts: [{ name: "gh", type: "github", baseUrl: `${github.url}/api/v3`, token: "secret://env/GH" }],
  };
  const reference = `${github.url}/api/v3/repos/org/repo/contents/k8s/app.yml`;
  const file = { type: "github/file", artifactAccount: "gh", reference };
  expect(await world.text(section, file)).toBe("on main");
  expect(await world.text(section, { ...file, version: "v1" })).toBe("at v1");
  await expect(world.text(section, { ...file, version: "none" })).rejects.toMatchObject({
    explanation: { code: "artifact.missing" },
  });
  const evil = kept(await startPeer((_request, response) => response.end("x")));
  const elsewhere = reference.replace(github.url, evil.url);
  await expect(world.text(section, { ...file, reference: elsewhere })).rejects.toMatchObject({
    explanation: { code: "artifact.account", message: expect.stringContaining("gh is not for") as string },
  });
  expect(evil.requests).toEqual([]);
});

test("gitlab and bitbucket files", async () => {
  const peer = kept(
    await startPeer((request, response) => {
      const { headers, url } = request;
      response.setHeader("x-gitlab-commit-id", "c0ffee");
      response.end(`${url} ${String(headers["private-token"])} ${headers.authorization}`);
    }),
  );
  const section = {
    accounts: [
      { name: "gl", type: "gitlab", baseUrl: peer.url, token: "t" },
      { name: "bb", type: "bitbucket", baseUrl: peer.url, username: "u", password: "p" },
    ],
  };
  const lab = {
    type: "gitlab/file",
    artifactAccount: "gl",
    reference: `${peer.url}/api/v4/projects/7/repository/files/a%2Fb.yml/raw`,
  };
  const found = await world.artifacts(section).fetch({ ...lab, version: "main" }, { signal: world.signal });
  expect(found.artifact["version"]).toBe("c0ffee");
  expect(await world.text(section, lab)).toBe("/api/v4/projects/7/repository/files/a%2Fb.yml/raw?ref=HEAD t undefined");
  const bucket = {
    type: "bitbucket/file",
    artifactAccount: "bb",
    reference: `${peer.url}/2.0/repositories/o/r/src/main/x`,
  };
  expect(await world.text(section, bucket)).toBe(
    `/2.0/repositories/o/r/src/main/x undefined Basic ${Buffer.from("u:p").toString("base64")}`,
  );
});

test("http: credentials for the account's hosts, not after a redirect elsewhere; what fails says how", async () => {
  const other = kept(await startPeer((request, response) => response.end(`there ${request.headers.authorization}`)));
  const peer = kept(
    await startPeer((request, response) => {
      if (request.url === "/away") return response.writeHead(302, { location: other.url }).end();
      if (request.url === "/busy") return response.writeHead(503).end();
      if (request.url === "/denied") return response.writeHead(403).end();
      if (request.url === "/flood") return response.end("x".repeat(5_000));
      return response.end(`here ${request.headers.authorization}`);
    }),
  );
  const { host } = new URL(peer.url);
  const section = {
    accounts: [{ name: "web", type: "http", hosts: [host], token: "t" }],
    limits: { artifactBytes: 1_000 },
  };
  const file = (path: string, artifactAccount = "web") => ({
    type: "http/file",
    reference: peer.url + path,
    artifactAccount,
  });
  expect(await world.text(section, file("/"))).toBe("here Bearer t");
  expect(await world.text(section, file("/away"))).toBe("there undefined");
  expect(await world.text(section, file("/", ""))).toBe("here undefined");
  expect(await world.text(section, file("/", "no-auth-http-account"))).toBe("here undefined");
  const faults: [string, string, boolean][] = [
    ["/busy", "artifact.unreachable", true],
    ["/denied", "artifact.denied", false],
    ["/flood", "artifact.tooLong", false],
  ];
  for (const [path, code, retryable] of faults)
    await expect(world.text(section, file(path))).rejects.toMatchObject({ explanation: { code }, retryable });
  await expect(world.text(section, { ...file("/"), reference: other.url })).rejects.toMatchObject({
    explanation: { code: "artifact.account" },
  });
  await expect(world.text(section, file("/", "unknown"))).rejects.toMatchObject({
    explanation: { code: "artifact.account" },
  });
});

test("where the server is open to others, addresses inside are for configured accounts only", async () => {
  const peer = kept(await startPeer((_request, response) => response.end("inside")));
  const guard = createOutgoing({ settings: outgoingSchema.parse({}), localAllowed: false, env: {} });
  peers.push(guard);
  const section = { accounts: [{ name: "web", type: "http", hosts: ["127.0.0.1"] }] };
  const artifacts = world.artifacts(section, guard);
  const file = { type: "http/file", reference: peer.url };
  await expect(artifacts.text(file, { signal: world.signal })).rejects.toMatchObject({
    explanation: { code: "artifact.refused" },
  });
  expect(await artifacts.text({ ...file, artifactAccount: "web" }, { signal: world.signal })).toBe("inside");
});

test("a run keeps the bytes it got first", async () => {
  let content = "first";
  const peer = kept(await startPeer((_request, response) => response.end(content)));
  const artifacts = world.artifacts();
  const file = { type: "http/file", reference: peer.url };
  const inRun = { signal: world.signal, executionId: "run-1" };
  const first = await artifacts.fetch(file, inRun);
  content = "second";
  expect(await artifacts.text(file, inRun)).toBe("first");
  expect(await artifacts.fetch(file, inRun)).toEqual(first);
  expect(peer.requests).toHaveLength(1);
  expect(await artifacts.text(file, { signal: world.signal, executionId: "run-2" })).toBe("second");
  expect((await contentOf(artifacts.read(first.digest))).toString()).toBe("first");
});

test("embedded and stored texts need nobody", async () => {
  const artifacts = world.artifacts();
  const { signal } = world;
  const embedded = { type: "embedded/base64", reference: "aGFs\nbG8" };
  expect(await artifacts.text(embedded, { signal })).toBe("hallo");
  const { digest } = await artifacts.fetch(embedded, { signal });
  const stored = { type: "remote/base64", reference: `ref://shop/${digest.slice(7)}` };
  expect(await artifacts.text(stored, { signal })).toBe("hallo");
  const faults: [string, string, string][] = [
    ["embedded/base64", "?", "artifact.base64"],
    ["embedded/base64", "", "artifact.reference"],
    ["remote/base64", `ref://shop/${"0".repeat(64)}`, "artifact.missing"],
    ["gcs/object", "gs://b/k", "artifact.type"],
    ["unheard/of", "x", "artifact.type"],
    ["http/file", "file:///etc/passwd", "artifact.reference"],
    ["s3/object", "s3://b/k", "artifact.account"],
  ];
  for (const [type, reference, code] of faults)
    await expect(artifacts.text({ type, reference }, { signal })).rejects.toMatchObject({
      explanation: { code },
      retryable: false,
    });
});

test("accounts are listed with the types they fetch", () => {
  const section = { accounts: [{ name: "store", type: "s3" }] };
  expect(world.artifacts(section).accounts()).toEqual([
    { name: "embedded-artifact", types: ["embedded/base64", "remote/base64"] },
    { name: "no-auth-http-account", types: ["http/file"] },
    { name: "store", types: ["s3/object"] },
  ]);
});
