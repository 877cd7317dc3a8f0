import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { stageSettings } from "../../../platform/config/stage-settings.ts";
import type { ScriptRun, ScriptState } from "./api.ts";
import { createScriptRunner } from "./create-script-runner.ts";
import { probeAbilities } from "./sandbox.ts";

const fixture = fileURLToPath(new URL("./fixtures/start-script.ts", import.meta.url));
const root = await mkdtemp(join(tmpdir(), "scripts-"));
await chmod(root, 0o711);
const canBeWithoutNetwork = (await probeAbilities()).network !== null;
afterAll(() => rm(root, { recursive: true, force: true }));

const runnerWith = (more: object = {}) => {
  const network = canBeWithoutNetwork ? "off" : "on";
  const settings = z.object(stageSettings).parse({ script: { enabled: true, network, ...more } }).script;
  const heard: string[] = [];
  return {
    heard,
    ...createScriptRunner({ directory: join(root, "scripts"), settings, ended: (id) => heard.push(id) }),
  };
};
const script = (body: string, env: Record<string, string> = {}): ScriptRun => ({
  id: `run-${randomUUID()}`,
  command: ["/bin/sh", "{script}"],
  body,
  env,
});

async function end(runner: ReturnType<typeof runnerWith>, id: string): Promise<ScriptState & { kind: "ended" }> {
  for (let round = 0; round < 300; round += 1) {
    const state = await runner.look(id);
    if (state.kind === "ended") return state;
    if (state.kind !== "running") throw new Error(`the script is ${state.kind}`);
    await sleep(100);
  }
  throw new Error("the script did not end");
}

async function outcome(body: string, env: Record<string, string> = {}, more: object = {}) {
  const runner = runnerWith(more);
  const run = script(body, env);
  await runner.start(run);
  return { runner, id: run.id, ...(await end(runner, run.id)) };
}

test("runs with its own environment only, in its own directory, and tells its end", async () => {
  process.env["SCRIPT_TEST_SECRET"] = "of the server";
  const { log, status, runner, id } = await outcome('env | sort; pwd; echo "$A"; exit 3', { A: "b c; $(x)" });
  delete process.env["SCRIPT_TEST_SECRET"];
  expect(status).toBe(3);
  expect(log).toContain("b c; $(x)");
  expect(log).not.toContain("SCRIPT_TEST_SECRET");
  expect(log).toContain(`HOME=${join(root, "scripts", id, "work")}`);
  expect(runner.heard).toEqual([id]);
});

test("started twice it runs once", async () => {
  const runner = runnerWith();
  const run = script("echo once >> count; cat count");
  await Promise.all([runner.start(run), runner.start(run)]);
  await runner.start(run);
  expect((await end(runner, run.id)).log).toBe("once\n");
});

test("never as root, and without the server's files", async () => {
  const { log } = await outcome("id -u; cat ../launcher");
  expect(log.split("\n")[0]).not.toBe("0");
  if (process.getuid?.() === 0) expect(log).toContain("Permission denied");
});

test("without network", async (context) => {
  if (!canBeWithoutNetwork) context.skip();
  const { log } = await outcome("cat /proc/net/dev | grep -c :");
  expect(log.trim()).toBe("1");
});

test("output is cut, memory, processes and time are limited", async () => {
  const long = await outcome("head -c 100000 /dev/zero | tr '\\0' x", {}, { outputBytes: 2048 });
  expect([long.status, long.truncated, long.log.length]).toEqual([0, true, 2048]);
  const memory = await outcome(
    'x=$(head -c 200000000 /dev/zero | tr "\\0" x); echo got ${#x}',
    {},
    { memoryBytes: 33_554_432 },
  );
  expect(memory.log).not.toContain("got 200000000");
  const late = await outcome("sleep 60", {}, { timeoutMinutes: 0.02 });
  expect([late.status, late.timedOut]).toEqual([124, true]);
});

test("stopping ends all of it, also what ignores the signal or ran away", async () => {
  const runner = runnerWith();
  const run = script("trap '' TERM; (setsid sleep 300 &); echo $$; sleep 300; sleep 300");
  await runner.start(run);
  await runner.stop(run.id);
  expect((await runner.look(run.id)).kind).toBe("ended");
});

test("a later server finds the script running and its end; a launcher that was ended is lost", async () => {
  const first = runnerWith();
  const run = script("echo begun; sleep 1; echo done");
  await first.start(run);
  const second = runnerWith();
  expect((await second.look(run.id)).kind).toBe("running");
  expect(await end(second, run.id)).toMatchObject({ status: 0, log: "begun\ndone\n" });
  const lost = script("sleep 30");
  await first.start(lost);
  const directory = join(root, "scripts", lost.id);
  for (let round = 0; round < 50 && (await stat(join(directory, "pid")).catch(() => null)) === null; round += 1)
    await sleep(50);
  process.kill(Number(await readFile(join(directory, "launcher"), "utf8")), "SIGKILL");
  process.kill(-Number(await readFile(join(directory, "pid"), "utf8")), "SIGKILL");
  for (let round = 0; round < 50 && (await second.look(lost.id)).kind === "running"; round += 1) await sleep(50);
  expect((await second.look(lost.id)).kind).toBe("lost");
  expect((await second.look("never")).kind).toBe("none");
});

test("a server that is killed leaves the script running, and the next one finds its end", async () => {
  const runner = runnerWith();
  const { id, body } = script("echo begun; sleep 1; echo done");
  const words = [fixture, join(root, "scripts"), id, canBeWithoutNetwork ? "off" : "on", body ?? ""];
  const server = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  await once(server.stdout, "data");
  server.kill("SIGKILL");
  await once(server, "exit");
  expect((await runner.look(id)).kind).toBe("running");
  await runner.start({ id, command: ["/bin/false"], body: null, env: {} });
  expect(await end(runner, id)).toMatchObject({ status: 0, log: "begun\ndone\n" });
});

test("only files of the working directory are read", async () => {
  const { runner, id } = await outcome(
    "echo a=1 > out; ln -s /etc/passwd link; mkfifo pipe; head -c 300000 /dev/zero > big",
  );
  expect(await runner.readFile(id, "out")).toBe("a=1\n");
  expect(await runner.readFile(id, "none")).toBeNull();
  for (const path of ["../exit", "/etc/passwd", "link", "pipe", "big", "."])
    await expect(runner.readFile(id, path)).rejects.toThrow("is not read");
  await symlink("/etc", join(root, "scripts", id, "work", "dir")).catch(() => null);
  await expect(runner.readFile(id, "dir/passwd")).rejects.toThrow("is not read");
});
