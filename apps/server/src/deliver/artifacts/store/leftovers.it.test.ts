import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeLeftovers } from "./leftovers.ts";

test("only old files of ours are removed", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gennaker-leftovers-"));
  await mkdir(join(directory, "git-old"));
  for (const name of ["artifact-old", "artifact-new", "other-old"]) await writeFile(join(directory, name), "x");
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000);
  for (const name of ["git-old", "artifact-old", "other-old"])
    await utimes(join(directory, name), yesterday, yesterday);
  await removeLeftovers(directory);
  expect((await readdir(directory)).sort()).toEqual(["artifact-new", "other-old"]);
  await removeLeftovers(join(directory, "nowhere"));
  await rm(directory, { recursive: true });
});
