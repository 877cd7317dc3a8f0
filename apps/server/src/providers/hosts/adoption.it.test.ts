import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHarness, type Harness, operation } from "./fixtures/harness.ts";
import { readProcess } from "./processes/process-table.ts";

describe("a provider that comes back", () => {
  let harness: Harness;
  const strays: number[] = [];
  beforeEach(async () => {
    harness = await createHarness();
    await harness.provider.start();
  });
  afterEach(() => harness.dispose());
  afterAll(() => {
    for (const pid of strays) if (readProcess(pid) !== null) process.kill(pid, "SIGKILL");
  });

  const deploy = async (overrides = {}) => {
    const ref = await harness.provider.createServerGroup(operation(), harness.cluster(overrides));
    return { ref, group: await harness.until(ref, ({ health }) => health.status === "stable") };
  };

  it("finds its processes running and leaves them alone", async () => {
    const { ref, group } = await deploy({ capacity: { min: 2, max: 2, desired: 2 } });
    await harness.provider.stop();
    expect(harness.processes().length).toBeGreaterThan(0);
    const next = harness.again();
    await next.start();
    const after = await next.serverGroup(ref);
    expect(after?.instances.map(({ id, state, details }) => [id, state, details["pid"]])).toEqual(
      group.instances.map(({ id, details }) => [id, "up", details["pid"]]),
    );
    await next.destroyServerGroup(operation(), ref);
    expect(harness.processes()).toEqual([]);
  });

  it("sees the end of an adopted process at once", async () => {
    const { ref, group } = await deploy();
    await harness.provider.stop();
    const next = harness.again();
    await next.start();
    process.kill(Number(group.instances[0]?.details["pid"]), "SIGTERM");
    const after = await harness.until(ref, ({ instances }) => instances[0]?.restarts === 1, next);
    expect(after.instances[0]?.id).toBe(group.instances[0]?.id);
  });

  it("starts again what ended while it was away, with the exit status on record", async () => {
    const { ref, group } = await deploy();
    await harness.provider.stop();
    const pid = Number(group.instances[0]?.details["pid"]);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => readProcess(pid)).toBeNull();
    const next = harness.again();
    const reasons: string[] = [];
    next.onChange(() => {
      void next.serverGroup(ref).then((now) => reasons.push(now?.instances[0]?.reason ?? ""));
    });
    await next.start();
    await harness.until(
      ref,
      ({ health, instances }) => health.status === "stable" && instances[0]?.restarts === 1,
      next,
    );
    expect(reasons.some((reason) => reason.includes("was ended by SIGKILL"))).toBe(true);
  });

  it("finds a process by its mark when the start was not recorded", async () => {
    const { ref, group } = await deploy();
    await harness.provider.stop();
    await harness.database.query(
      "update hosts_instance set phase = 'intended', pid = null, process_mark = null, healthy = null",
    );
    const next = harness.again();
    await next.start();
    const after = await harness.until(ref, ({ health }) => health.status === "stable", next);
    expect(after.instances[0]).toMatchObject({ id: group.instances[0]?.id, restarts: 0 });
    expect(after.instances[0]?.details["pid"]).toBe(group.instances[0]?.details["pid"]);
  });

  it("goes on without a launcher that was killed, and sees the service's end without it", async () => {
    const { ref, group } = await deploy();
    const pid = Number(group.instances[0]?.details["pid"]);
    process.kill(readProcess(pid)?.parent ?? 0, "SIGKILL");
    await expect.poll(() => readProcess(pid)?.parent).toBe(1);
    expect((await harness.provider.serverGroup(ref))?.instances[0]?.state).toBe("up");
    process.kill(pid, "SIGKILL");
    const down = await harness.until(ref, ({ instances }) => instances[0]?.reason.startsWith("ended without") === true);
    expect(down.instances[0]?.details["exitStatus"]).toBeNull();
    await harness.until(ref, ({ health, instances }) => health.status === "stable" && instances[0]?.restarts === 1);
  });

  it("knows that nothing outlives a restart of the machine, and does not count it as a failure", async () => {
    const { ref } = await deploy();
    await harness.provider.stopEverything();
    await harness.database.query("update hosts_instance set process_mark = 'another-boot:1'");
    const next = harness.again();
    await next.start();
    const after = await harness.until(
      ref,
      ({ health, instances }) => health.status === "stable" && instances[0]?.restarts === 1,
      next,
    );
    expect(after.instances[0]?.details).toMatchObject({ failures: 0 });
  });

  it("ends processes that carry its mark and belong to no server group, and nobody else's", async () => {
    await harness.provider.stop();
    const start = (dataDirectory: string): number => {
      const child = spawn("sleep", ["600"], {
        detached: true,
        stdio: "ignore",
        env: { PATH: process.env["PATH"], GENNAKER_INSTANCE: "lost", GENNAKER_DATA_DIRECTORY: dataDirectory },
      });
      child.unref();
      strays.push(child.pid ?? 0);
      return child.pid ?? 0;
    };
    const ours = start(harness.dataDirectoryId);
    const foreign = start(randomUUID());
    await harness.again().start();
    expect(readProcess(ours)).toBeNull();
    expect(readProcess(foreign)).not.toBeNull();
  });

  it("finishes a destruction that was under way", async () => {
    const { ref } = await deploy({ env: { IGNORE_SIGTERM: "yes" }, stopTimeoutSec: 60 });
    const end = operation();
    void harness.provider.destroyServerGroup(end, ref).catch(() => undefined);
    await harness.until(ref, ({ instances }) => instances[0]?.state === "stopping");
    await harness.provider.stop();
    await harness.database.query(
      "update hosts_server_group set launch = replace(launch, '\"stopTimeoutSec\":60', '\"stopTimeoutSec\":0')",
    );
    const next = harness.again();
    await next.start();
    await next.destroyServerGroup(end, ref);
    expect(harness.processes()).toEqual([]);
  });
});

describe("an account", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness();
    await harness.provider.start();
  });
  afterEach(() => harness.dispose());

  it("belongs to one data directory; another replica's requests wait for that one", async () => {
    const replica = harness.again({ dataDirectoryId: randomUUID(), dataDirectory: "/nowhere" });
    await replica.start();
    const heard: string[] = [];
    replica.onChange(({ ref }) => heard.push(ref.name));
    const make = operation();
    const ref = await replica.createServerGroup(make, harness.cluster());
    expect(await harness.provider.createServerGroup(make, harness.cluster())).toEqual(ref);
    await harness.until(ref, ({ health }) => health.status === "stable", replica);
    await expect.poll(() => heard).toContain(ref.name);
    const bad = replica.createServerGroup(operation(), harness.cluster({ command: ["./missing"] }));
    await expect(bad).rejects.toMatchObject({ code: "invalid_request", problems: [{ pointer: "/command/0" }] });
    await replica.destroyServerGroup(operation(), ref);
    expect(harness.processes()).toEqual([]);
    await replica.stop();
  });

  it("is not reachable while its owner is away, and an abandoned request leaves nothing", async () => {
    await harness.provider.stop();
    await harness.database.query("update hosts_account set seen_at = now() - interval '5 minutes'");
    const replica = harness.again({ dataDirectoryId: randomUUID(), dataDirectory: "/nowhere" });
    await replica.start();
    const [account] = await replica.accounts();
    expect(account).toMatchObject({ name: "local", reachable: false });
    expect(account?.reason).toContain("is not running");
    const controller = new AbortController();
    const made = replica.createServerGroup(operation("abandoned", controller.signal), harness.cluster());
    setTimeout(() => controller.abort(new Error("canceled")), 50);
    await expect(made).rejects.toThrow("canceled");
    const next = harness.again();
    await next.start();
    expect(await next.serverGroups({})).toEqual([]);
  });
});
