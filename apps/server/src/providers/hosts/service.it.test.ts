import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, createHarness, type Harness, operation } from "./fixtures/harness.ts";

type Answer = { env: Record<string, string>; cwd: string; uid: number };

describe("what a service is given", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness({ logs: { bytes: 16_384, files: 3 } });
    await harness.provider.start();
  });
  afterAll(() => harness.dispose());
  const deploy = async (overrides: Parameters<Harness["cluster"]>[0] = {}) => {
    const ref = await harness.provider.createServerGroup(operation(), harness.cluster(overrides));
    return { ref, group: await harness.until(ref, ({ health }) => health.status === "stable") };
  };

  it("its own environment and nothing of Gennaker's", async () => {
    const { ref, group } = await deploy({ env: { COLOUR: "blue", DEPTH: 3 }, freeFormDetails: "environment" });
    const { env, cwd } = (await (await ask(group, "/env")).json()) as Answer;
    const instance = group.instances[0];
    expect(env).toMatchObject({
      COLOUR: "blue",
      DEPTH: "3",
      PORT: String(instance?.port),
      HOME: env["GENNAKER_WORK_DIR"],
      GENNAKER_INSTANCE: instance?.id,
      GENNAKER_SERVER_GROUP: ref.name,
      GENNAKER_APPLICATION: "shop",
      GENNAKER_CLUSTER: "shop-prod-environment",
      GENNAKER_REGION: "local",
      GENNAKER_ZONE: instance?.zone,
      GENNAKER_DATA_DIRECTORY: harness.dataDirectoryId,
    });
    // What a shell sets by itself for its children is not Gennaker's.
    const foreign = Object.keys(env).filter(
      (name) =>
        !name.startsWith("GENNAKER_") &&
        !["PATH", "LANG", "TZ", "HOME", "PORT", "COLOUR", "DEPTH", "PWD", "OLDPWD", "_", "SHLVL"].includes(name),
    );
    expect(foreign).toEqual([]);
    expect(cwd).toBe(join(harness.dataDirectory, "hosts", "artifacts", group.artifact.digest));
  });

  it("a directory of its own to write to, and an artifact that it cannot change", async () => {
    const { group } = await deploy({ env: { WORK_FILE: "notes" }, freeFormDetails: "work" });
    const { env, uid, cwd } = (await (await ask(group, "/env")).json()) as Answer;
    expect((await stat(join(env["GENNAKER_WORK_DIR"] ?? "", "notes"))).uid).toBe(uid);
    expect((await stat(join(cwd, "service.mjs"))).mode & 0o222).toBe(0);
    expect((await stat(cwd)).mode & 0o222).toBe(0);
  });

  it.runIf(process.getuid?.() === 0)("as root: a user without rights", async () => {
    const { group } = await deploy({ freeFormDetails: "user" });
    const { uid } = (await (await ask(group, "/env")).json()) as Answer;
    expect(uid).toBeGreaterThanOrEqual(61_184);
    expect(uid).toBeLessThanOrEqual(65_519);
  });

  it("the version it was deployed with, whatever happens to the source afterwards", async () => {
    const { ref, group } = await deploy({ freeFormDetails: "pinned" });
    await writeFile(join(harness.artifact, "extra.txt"), "changed since");
    const other = await deploy({ freeFormDetails: "pinned" });
    expect(other.group.artifact.digest).not.toBe(group.artifact.digest);
    await harness.provider.resizeServerGroup(operation(), ref, { min: 0, max: 2, desired: 2 });
    const grown = await harness.until(
      ref,
      ({ health, instances }) => health.status === "stable" && instances.length === 2,
    );
    const answer = (await (await ask(grown, "/env", 1)).json()) as Answer;
    expect(answer.cwd.endsWith(group.artifact.digest)).toBe(true);
  });

  it("a log that is kept over rotation, read from its end and followed", async () => {
    const { ref, group } = await deploy({ freeFormDetails: "logs" });
    const id = group.instances[0]?.id ?? "";
    const signal = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      for await (const line of harness.provider.logs(ref, id, { tail: 1, follow: true, signal: signal.signal }))
        followed.push(line);
    })();
    await expect.poll(() => followed[0]).toBe(`starting ${id} on ${group.instances[0]?.port}`);
    await ask(group, "/print/2000");
    await expect.poll(() => followed.at(-1), { timeout: 20_000 }).toBe("line 1999 of many");
    expect(followed.slice(1)).toEqual(Array.from({ length: 2000 }, (_, index) => `line ${index} of many`));
    signal.abort();
    await following;
    const tail: string[] = [];
    for await (const line of harness.provider.logs(ref, id, {
      tail: 1000,
      follow: false,
      signal: new AbortController().signal,
    }))
      tail.push(line);
    expect(tail).toEqual(Array.from({ length: 1000 }, (_, index) => `line ${1000 + index} of many`));
    const gone = harness.provider.logs(ref, "shop-none", {
      tail: 1,
      follow: false,
      signal: new AbortController().signal,
    });
    await expect(gone[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "not_found" });
  });

  it("is measured: memory and processor time of its processes", async () => {
    const { ref } = await deploy({ freeFormDetails: "measured" });
    const group = await harness.until(ref, ({ instances }) => instances[0]?.details["memoryBytes"] !== undefined);
    expect(Number(group.instances[0]?.details["memoryBytes"])).toBeGreaterThan(1_000_000);
    expect(Number(group.instances[0]?.details["cpuPercent"])).toBeGreaterThanOrEqual(0);
  });
});
