import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, createHarness, type Harness, operation } from "./fixtures/harness.ts";

describe("faults of a service", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
    await harness.provider.start();
  });
  afterAll(() => harness.dispose());
  afterEach(async () => {
    for (const { account, region, name } of await harness.provider.serverGroups({})) {
      await harness.provider.destroyServerGroup(operation(), { account, region, name });
    }
    expect(harness.processes()).toEqual([]);
  });

  const deploy = (overrides: Parameters<Harness["cluster"]>[0]) =>
    harness.provider.createServerGroup(operation(), harness.cluster(overrides));

  it("that never becomes healthy: failed at the deadline, with the check's own words", async () => {
    const ref = await deploy({ env: { NEVER_HEALTHY: "yes" }, progressDeadlineSec: 1 });
    const group = await harness.until(ref, ({ health }) => health.status === "failed");
    expect(group.health.code).toBe("progressDeadlineExceeded");
    expect(group.health.reason).toMatch(/^0 of 1 instances up and no progress for 1 s; .*: GET \/health answered 503$/);
    expect(group.instances[0]).toMatchObject({ state: "starting", restarts: 0 });
  });

  it("that cannot start: started again with growing waits, then failed, with its last output", async () => {
    const ref = await deploy({ env: { FAIL_AT_START: "yes" } });
    const early = await harness.until(ref, ({ instances }) => instances[0]?.state === "down");
    expect(early.health.status).toBe("progressing");
    expect(early.instances[0]?.reason).toMatch(
      /^exited with status 3 after .* s\. Last output: cannot find the settings file; starts again after/,
    );
    const failed = await harness.until(ref, ({ health }) => health.status === "failed");
    expect(failed.health.code).toBe("crashLoop");
    expect(failed.health.reason).toContain("failed 5 times in a row: exited with status 3");
    expect(failed.instances[0]?.details).toMatchObject({ exitStatus: 3, failures: 5 });
  });

  it("that crashes after becoming healthy: comes back on the same port and says why it went", async () => {
    const ref = await deploy({
      healthCheck: { path: "/health", intervalMs: 100, timeoutMs: 500, healthy: 1, unhealthy: 1 },
    });
    const before = await harness.until(ref, ({ health }) => health.status === "stable");
    await ask(before, "/exit");
    const down = await harness.until(
      ref,
      ({ instances }) => instances[0]?.reason.includes("exited with status 9") === true,
    );
    expect(down.instances[0]?.state).toBe("down");
    expect(down.health.status).toBe("progressing");
    const after = await harness.until(ref, ({ health }) => health.status === "stable");
    expect(after.instances[0]).toMatchObject({
      id: before.instances[0]?.id,
      port: before.instances[0]?.port,
      restarts: 1,
      state: "up",
    });
  });

  it("that is killed from outside: the signal is named", async () => {
    const ref = await deploy({});
    const group = await harness.until(ref, ({ health }) => health.status === "stable");
    process.kill(Number(group.instances[0]?.details["pid"]), "SIGKILL");
    const down = await harness.until(
      ref,
      ({ instances }) => instances[0]?.reason.includes("was ended by SIGKILL") === true,
    );
    expect(down.instances[0]?.details).toMatchObject({ exitStatus: 137 });
  });

  it("that turns unhealthy while it runs: down, not restarted", async () => {
    const ref = await deploy({});
    const group = await harness.until(ref, ({ health }) => health.status === "stable");
    await ask(group, "/sick");
    const sick = await harness.until(ref, ({ instances }) => instances[0]?.state === "down");
    expect(sick.instances[0]).toMatchObject({ reason: "GET /health answered 503", restarts: 0 });
    expect(sick.health).toMatchObject({ status: "progressing" });
  });

  it("that ignores SIGTERM: killed after its time, nothing left", async () => {
    const ref = await deploy({ env: { IGNORE_SIGTERM: "yes" }, stopTimeoutSec: 1 });
    await harness.until(ref, ({ health }) => health.status === "stable");
    await harness.provider.destroyServerGroup(operation(), ref);
    expect(
      harness.messages.some((message) => message.includes("did not stop within 1 s of SIGTERM and was killed")),
    ).toBe(true);
  });

  it.each(["child", "daemon"])("that leaves a %s behind: it is ended as well", async (kind) => {
    const ref = await deploy({ env: { STRAY: kind } });
    const group = await harness.until(ref, ({ health }) => health.status === "stable");
    await expect.poll(() => harness.processes().length).toBeGreaterThanOrEqual(5);
    await ask(group, "/exit");
    await harness.until(ref, ({ instances, health }) => health.status === "stable" && instances[0]?.restarts === 1);
    await expect.poll(() => harness.processes().length).toBe(5);
  });
});

describe("faults of what is deployed", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
    await harness.provider.start();
  });
  afterAll(() => harness.dispose());
  const refusal = async (overrides: Parameters<Harness["cluster"]>[0]): Promise<Error> => {
    const made = harness.provider.createServerGroup(operation(), harness.cluster(overrides));
    return made.then(
      () => new Error("was deployed"),
      (error: Error) => error,
    );
  };

  it("an artifact that is missing", async () => {
    const error = await refusal({ artifact: { type: "host/directory", reference: "/nowhere/at/all" } });
    expect(error).toMatchObject({ code: "invalid_request" });
    expect(error.message).toContain("/nowhere/at/all cannot be used: there is no such directory");
  });

  it("a program that is not executable, missing in the artifact or on the PATH, or outside", async () => {
    const build = join(harness.dataDirectory, "..", "not-executable");
    await mkdir(build);
    await writeFile(join(build, "server"), "#!/bin/sh\nexit 0\n");
    await chmod(join(build, "server"), 0o644);
    const artifact = { type: "host/directory", reference: build };
    expect((await refusal({ artifact, command: ["./server"] })).message).toMatch(
      /not-executable: \.\/server .* not executable.*chmod \+x/,
    );
    expect((await refusal({ artifact, command: ["./other"] })).message).toContain("there is no such file");
    expect((await refusal({ artifact, command: ["no-such-program-here"] })).message).toContain(
      "is on the PATH of instances",
    );
    expect((await refusal({ artifact, command: ["../build/service.mjs"] })).message).toContain(
      "leads out of the artifact",
    );
  });

  it("leaves no server group, no number and no artifact behind", async () => {
    expect(await harness.provider.serverGroups({})).toEqual([]);
    const build = join(harness.dataDirectory, "..", "good");
    await mkdir(build);
    await copyFile(join(harness.artifact, "service.mjs"), join(build, "service.mjs"));
    const ref = await harness.provider.createServerGroup(
      operation(),
      harness.cluster({ artifact: { type: "host/directory", reference: build } }),
    );
    expect(ref.name).toBe("shop-prod-v000");
  });

  it("a data directory that cannot be written", async () => {
    const file = join(harness.dataDirectory, "..", "file");
    await writeFile(file, "");
    const other = harness.again({ dataDirectory: file, dataDirectoryId: "other", account: { name: "broken" } });
    await expect(other.start()).rejects.toThrow(
      /data directory .*file cannot be written \(ENOTDIR\).*start with another one/,
    );
    const accounts = await harness.provider.accounts();
    expect(accounts.find(({ name }) => name === "broken")).toMatchObject({ reachable: false });
    expect(accounts.find(({ name }) => name === "broken")?.reason).toContain("cannot be written");
  });
});
