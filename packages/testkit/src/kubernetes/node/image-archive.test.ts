import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageArchive } from "./image-archive.ts";

const program = Buffer.from("#!/bin/sh\necho an uneven number of bytes\n");

describe("an image made of programs", () => {
  let folder = "";
  const unpack = (file: string) => execFileSync("tar", ["-xf", file], { cwd: folder });
  const read = (name: string) => readFileSync(join(folder, name));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gennaker-image-"));
    const image = {
      name: "localhost/web:v1",
      entrypoint: ["/web"],
      env: { VERSION: "v1" },
      files: { web: program, other: Buffer.alloc(512) },
    };
    writeFileSync(join(folder, "image.tar"), imageArchive(image));
    unpack("image.tar");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("names its configuration and its layer", () => {
    const manifest = JSON.parse(read("manifest.json").toString()) as { Config: string; Layers: string[] }[];
    expect(manifest).toEqual([
      { Config: expect.stringMatching(/^[0-9a-f]{64}\.json$/), RepoTags: ["localhost/web:v1"], Layers: ["layer.tar"] },
    ]);
    const config = read(manifest[0]?.Config ?? "");
    expect(manifest[0]?.Config).toBe(`${createHash("sha256").update(config).digest("hex")}.json`);
    expect(JSON.parse(config.toString())).toMatchObject({
      os: "linux",
      config: { Entrypoint: ["/web"], Env: ["PATH=/", "VERSION=v1"] },
      rootfs: { diff_ids: [`sha256:${createHash("sha256").update(read("layer.tar")).digest("hex")}`] },
    });
  });

  it("holds the programs, executable and byte for byte", () => {
    unpack("layer.tar");
    expect(read("web").equals(program)).toBe(true);
    expect(read("other").equals(Buffer.alloc(512))).toBe(true);
    expect(statSync(join(folder, "web")).mode & 0o777).toBe(0o755);
  });

  it("refuses a path that the format cannot hold", () => {
    const files = { ["x".repeat(101)]: program };
    expect(() => imageArchive({ name: "localhost/x:1", entrypoint: ["/x"], files })).toThrow("too long");
  });
});
