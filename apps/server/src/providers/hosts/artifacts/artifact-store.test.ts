import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ArtifactSource } from "../cluster/launch.ts";
import { type ArtifactStore, createArtifactStore, removeTree } from "./artifact-store.ts";

describe("the artifact store", () => {
  let root: string;
  let build: string;
  let store: ArtifactStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "artifact-store-"));
    build = join(root, "build");
    await mkdir(join(build, "lib"), { recursive: true });
    await mkdir(join(root, "store"));
    await writeFile(join(build, "server"), "#!/bin/sh\n");
    await chmod(join(build, "server"), 0o755);
    await writeFile(join(build, "lib", "data.txt"), "data");
    await symlink("lib/data.txt", join(build, "link"));
    store = createArtifactStore(join(root, "store"));
  });
  afterEach(() => removeTree(root));

  const directory = (reference = build): ArtifactSource => ({ type: "host/directory", reference, version: null });
  const digestOf = async (source: ArtifactSource): Promise<string> => (await store.add(source)).digest;

  it("copies a tree read-only, with what is executable and its links", async () => {
    const { digest } = await store.add(directory());
    const path = store.path(digest);
    expect(await readFile(join(path, "link"), "utf8")).toBe("data");
    expect((await stat(join(path, "server"))).mode & 0o777).toBe(0o555);
    expect((await stat(join(path, "lib", "data.txt"))).mode & 0o777).toBe(0o444);
    expect(await readdir(join(root, "store"))).toEqual([digest]);
  });

  it("gives the same digest for the same content, whatever its times, and as a directory or an archive", async () => {
    const digest = await digestOf(directory());
    await utimes(join(build, "server"), 1, 1);
    expect(await digestOf(directory())).toBe(digest);
    const file = join(root, "build.tgz");
    await create({ file, cwd: build, gzip: true, portable: true }, ["server", "lib", "link"]);
    expect(await digestOf({ type: "host/tarball", reference: file, version: null })).toBe(digest);
  });

  it("gives another digest for another content, name, link or executable bit", async () => {
    const digests = [await digestOf(directory())];
    const change = async (work: () => Promise<void>): Promise<void> => {
      await work();
      digests.push(await digestOf(directory()));
    };
    await change(() => writeFile(join(build, "lib", "data.txt"), "Data"));
    await change(() => chmod(join(build, "server"), 0o644));
    await change(() => writeFile(join(build, "more"), ""));
    await change(() => mkdir(join(build, "empty")));
    await change(async () => {
      await rm(join(build, "link"));
      await symlink("server", join(build, "link"));
    });
    expect(new Set(digests).size).toBe(6);
  });

  it.each([
    ["/etc/hostname", "absolute path"],
    ["../outside", "leads out of it"],
    ["lib/nothing", "something that is not there"],
  ])("refuses a link to %s", async (target, reason) => {
    await writeFile(join(root, "outside"), "");
    await symlink(target, join(build, "bad"));
    await expect(store.add(directory())).rejects.toThrow(new RegExp(`bad is a link.*${reason}`));
    expect(await readdir(join(root, "store"))).toEqual([]);
  });

  it("refuses a link that leads out only through another link", async () => {
    await mkdir(join(build, "a", "b"), { recursive: true });
    await symlink("../..", join(build, "a", "b", "top"));
    await symlink("top/../build", join(build, "a", "b", "bad"));
    await expect(store.add(directory())).rejects.toThrow(/a\/b\/bad is a link/);
  });

  it("refuses archives with entries that lead out, and files that are no archives", async () => {
    const file = join(root, "tricky.tar");
    await writeFile(join(root, "evil"), "");
    await create({ file, cwd: build, preservePaths: true, portable: true }, ["../evil"]);
    const source: ArtifactSource = { type: "host/tarball", reference: file, version: null };
    await expect(store.add(source)).rejects.toThrow(/\.\.\/evil leads out/);
    await create({ file, preservePaths: true, portable: true }, [join(root, "evil")]);
    await expect(store.add(source)).rejects.toThrow(/evil leads out/);
    await writeFile(file, "this is no archive");
    await expect(store.add(source)).rejects.toThrow(/cannot be used/);
    expect(await readdir(join(root, "store"))).toEqual([]);
  });

  it("says what to do about a missing, empty or wrong artifact", async () => {
    await expect(store.add(directory(join(root, "none")))).rejects.toThrow(
      /none cannot be used: there is no such directory/,
    );
    await expect(store.add(directory(join(build, "server")))).rejects.toThrow(/it is not a directory/);
    await mkdir(join(root, "empty"));
    await expect(store.add(directory(join(root, "empty")))).rejects.toThrow(/it is empty/);
    await expect(store.add({ type: "host/tarball", reference: build, version: null })).rejects.toThrow(
      /it is not a file/,
    );
  });

  it("collects everything when two collect at once", async () => {
    for (const text of ["one", "two", "three"]) {
      await writeFile(join(build, "lib", "data.txt"), text);
      (await store.add(directory())).release();
    }
    await Promise.all([store.collect(async () => new Set()), store.collect(async () => new Set())]);
    expect(await readdir(join(root, "store"))).toEqual([]);
  });

  it("collects what nothing refers to, but nothing that is held or was held since the question", async () => {
    const first = await store.add(directory());
    await writeFile(join(build, "more"), "");
    const second = await store.add(directory());
    await mkdir(join(root, "store", ".staging-of-a-crash"));
    second.release();
    await store.collect(async () => {
      first.release();
      (await store.add(directory())).release();
      return new Set();
    });
    expect((await readdir(join(root, "store"))).sort()).toEqual([second.digest]);
    await store.collect(async () => new Set([second.digest]));
    expect(await readdir(join(root, "store"))).toEqual([second.digest]);
    await store.collect(async () => new Set());
    expect(await readdir(join(root, "store"))).toEqual([]);
  });
});
