import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkCommand, unreachable } from "./artifacts/check-command.ts";
import { instancePath, prepareDirectories } from "./directories.ts";
import { instanceUser, mayUse } from "./processes/instance-user.ts";

const stranger = { uid: 61_500, gid: 61_500 };

describe("directories of instances", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "directories-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("can be passed but not listed by the instances' user, below the temporary directory from its top", async () => {
    const data = join(root, "data");
    await mkdir(data, { mode: 0o700 });
    const { artifacts, instances } = await prepareDirectories(data, stranger);
    for (const path of [root, data, artifacts, instances]) expect((await stat(path)).mode & 0o777).toBe(0o711);
    expect(await unreachable(artifacts, stranger)).toBeNull();
  });

  it("leave everything above them alone when instances run as Gennaker's user", async () => {
    await prepareDirectories(root, null);
    expect((await stat(root)).mode & 0o777).toBe(0o700);
  });

  it("get a copy of a Node that the user cannot reach, once", async () => {
    const closed = join(root, "closed");
    await mkdir(closed, { mode: 0o700 });
    await writeFile(join(closed, "node"), "binary");
    await chmod(root, 0o755);
    const directories = { runtime: join(root, "runtime") };
    for (let time = 0; time < 2; time += 1) {
      const [first = ""] = (await instancePath(directories, stranger, join(closed, "node"))).split(delimiter);
      expect(first).toBe(join(root, "runtime", `node-${process.version}`));
      expect(await readFile(join(first, "node"), "utf8")).toBe("binary");
      await expect(
        checkCommand(
          { root, source: { type: "host/directory", reference: root, version: null } },
          "node",
          first,
          stranger,
        ),
      ).resolves.toBeUndefined();
    }
    expect((await instancePath(directories, null, join(closed, "node"))).split(delimiter)).toContain(closed);
  });

  it("say what bars the way", async () => {
    await mkdir(join(root, "closed"), { mode: 0o700 });
    await chmod(root, 0o755);
    expect(await unreachable(join(root, "closed", "inner"), stranger)).toBe(join(root, "closed"));
  });
});

describe("the user of instances", () => {
  it.runIf(process.getuid?.() === 0)(
    "is one of the data directory's own as root, unless the account says otherwise",
    () => {
      const one = instanceUser(undefined, "0f9b6c0e-8a53-4a63-9a51-0d5a4e1c7e1d");
      expect(instanceUser(undefined, "0f9b6c0e-8a53-4a63-9a51-0d5a4e1c7e1d")).toEqual(one);
      expect(instanceUser(undefined, "another")).not.toEqual(one);
      expect(one?.uid).toBeGreaterThanOrEqual(61_184);
      expect(one?.uid).toBeLessThanOrEqual(65_519);
      expect(instanceUser({ uid: 5, gid: 6 }, "x")).toEqual({ uid: 5, gid: 6 });
      expect(instanceUser("same", "x")).toBeNull();
    },
  );

  it.each([
    [0o700, true, false],
    [0o070, false, true],
    [0o007, false, false],
    [0o001, false, false],
    [0o755, true, true],
  ])("may use a file of mode %o as its mode says: owner %s, group %s", (mode, owner, group) => {
    expect(mayUse({ mode, uid: 61_500, gid: 1 }, stranger, 5)).toBe(owner);
    expect(mayUse({ mode, uid: 1, gid: 61_500 }, stranger, 5)).toBe(group);
    expect(mayUse({ mode, uid: 1, gid: 1 }, stranger, 1)).toBe((mode & 1) === 1);
  });
});
