import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeScene, until, untilGone, type Scene } from "./fixtures/scene.ts";
import { isProcessAlive } from "./process-identity.ts";

// The script itself, with a stand-in for the server: what makes a process the server is that it is in the cluster.
describe("the watchdog", () => {
  let scene: Scene;
  let cluster: string;
  let guard: string;

  beforeEach(() => {
    scene = makeScene();
    cluster = join(scene.directory, "cluster");
    guard = join(scene.directory, "guard");
    mkdirSync(cluster);
    mkdirSync(guard);
    writeFileSync(join(guard, "token"), "");
  });
  afterEach(() => scene.end());

  function startServer(options: { cwd?: string; program?: string } = {}): number {
    const program = options.program ?? "setInterval(() => {}, 60_000)";
    const child = spawn(process.execPath, ["-e", program], { cwd: options.cwd ?? cluster, stdio: "ignore" });
    const pid = child.pid ?? -1;
    scene.atEnd(() => child.kill("SIGKILL"));
    writeFileSync(join(cluster, "postmaster.pid"), `${pid}\n`);
    return pid;
  }

  function startWatchdog(graceTenths = 2): ChildProcess & { ended: Promise<unknown> } {
    const script = fileURLToPath(new URL("./watchdog.sh", import.meta.url));
    const child = spawn("/bin/sh", [script, cluster, guard, "token", String(graceTenths)], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    scene.atEnd(() => child.kill("SIGKILL"));
    return Object.assign(child, { ended: new Promise((resolve) => child.once("exit", resolve)) });
  }

  test("the end of its input stops the server", async () => {
    const server = startServer();
    const watchdog = startWatchdog();
    watchdog.stdin?.end();
    await watchdog.ended;
    await untilGone(server);
    expect(existsSync(join(guard, "token"))).toBe(false);
    expect(existsSync(join(guard, "stopping"))).toBe(false);
  });

  test("a server that does not stop when asked is stopped at once", async () => {
    const server = startServer({
      program: "process.on('SIGINT', () => {}); setInterval(() => {}, 60_000)",
    });
    const watchdog = startWatchdog();
    watchdog.stdin?.end();
    await watchdog.ended;
    await untilGone(server);
  });

  test("dismissed, or relieved by a new parent, it leaves the server alone", async () => {
    const server = startServer();
    const dismissed = startWatchdog();
    dismissed.stdin?.end("done\n");
    await dismissed.ended;
    expect(existsSync(join(guard, "token"))).toBe(true);
    const relieved = startWatchdog(50);
    relieved.stdin?.end();
    renameSync(join(guard, "token"), join(guard, "another"));
    await relieved.ended;
    expect(existsSync(join(guard, "another"))).toBe(true);
    expect(isProcessAlive(server)).toBe(true);
  });

  test.runIf(process.platform === "linux")("a process that only has the old server's id is left alone", async () => {
    const stranger = startServer({ cwd: scene.directory });
    const watchdog = startWatchdog();
    watchdog.stdin?.end();
    await watchdog.ended;
    expect(isProcessAlive(stranger)).toBe(true);
  });

  test("signals meant for a whole group do not end it before its work is done", async () => {
    const server = startServer();
    const watchdog = startWatchdog();
    // Only once the script has set its traps do the signals test anything: it reads its input after that.
    watchdog.stdin?.write("anything\n");
    await until(() => watchdog.stdin?.writableLength === 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) watchdog.kill(signal);
    watchdog.stdin?.end();
    await watchdog.ended;
    await untilGone(server);
  });

  test("when the whole data directory is removed the watchdog does not linger", async () => {
    startServer();
    const watchdog = startWatchdog();
    rmSync(guard, { recursive: true });
    watchdog.stdin?.end();
    expect(await watchdog.ended).toBe(0);
  });
});
