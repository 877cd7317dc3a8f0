import { afterAll, expect, test } from "vitest";
import { engineScene } from "../../../engine/fixtures/scene.ts";
import type { LocalScripts, ScriptState } from "./api.ts";
import { withStopRequests } from "./stop-requests.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const { database } = scene;
const signal = new AbortController().signal;

/** A machine on which these scripts run. */
function machine(owner: string, ...scripts: string[]) {
  const running = new Set(scripts);
  const stopped: string[] = [];
  const local: LocalScripts = {
    owner,
    start: async () => undefined,
    look: async (id): Promise<ScriptState> => (running.has(id) ? { kind: "running", log: "" } : { kind: "none" }),
    stop: async (id) => {
      if (running.delete(id)) stopped.push(id);
    },
    readFile: async () => null,
  };
  const told: string[] = [];
  const log = (message: string) => void told.push(message);
  return { stopped, told, scripts: withStopRequests(local, { database, log, patienceMs: 5_000 }) };
}

const rows = () => database.query("select script, owner from script_stop order by script");

test("a script of another machine is stopped there, and the one who asked is told when it is", async () => {
  const there = machine("there:1", "a");
  const here = machine("here:1");
  const end = await there.scripts.follow();
  expect(await here.scripts.stopAnywhere("there:1", "a", signal)).toBe(true);
  expect([there.stopped, here.stopped, await rows()]).toEqual([["a"], [], []]);
  expect(await there.scripts.stopAnywhere("there:1", "unknown", signal)).toBe(true);
  await end();
});

test("a machine that does not answer stops the script once it is back; asking again asks once", async () => {
  const here = machine("here:2");
  const impatient = withStopRequests(here.scripts, { database, log: () => undefined, patienceMs: 0 });
  expect(await impatient.stopAnywhere("gone:1", "b", signal)).toBe(false);
  expect(await impatient.stopAnywhere("gone:1", "b", signal)).toBe(false);
  expect(await rows()).toEqual([{ script: "b", owner: "gone:1" }]);
  const other = machine("other:1", "b");
  const endOther = await other.scripts.follow();
  const back = machine("gone:1", "b");
  const end = await back.scripts.follow();
  // The end waits for the look that the start began.
  await Promise.all([end(), endOther()]);
  expect([back.stopped, other.stopped, await rows()]).toEqual([["b"], [], []]);
});

test("where nobody knows on which machine a script began, the one that has it stops it", async () => {
  const [one, two, three] = [machine("m:1"), machine("m:2", "c"), machine("m:3", "d")];
  const ends = [await one.scripts.follow(), await two.scripts.follow(), await three.scripts.follow()];
  expect(await one.scripts.stopAnywhere(null, "c", signal)).toBe(true);
  for (let round = 0; round < 100 && (await rows()).length > 0; round += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect([one.stopped, two.stopped, three.stopped, await rows()]).toEqual([[], ["c"], [], []]);
  for (const end of ends) await end();
});

test("a request that nobody took for a week is forgotten; one that fails is told and tried again", async () => {
  await database.query("insert into script_stop values ('old', 'dead:1', now() - interval '8 days')");
  const stubborn = machine("s:1", "e");
  let tries = 0;
  const failing: LocalScripts = {
    ...stubborn.scripts,
    stop: async (id) => {
      tries += 1;
      if (tries === 1) throw new Error("no permission");
      await stubborn.scripts.stop(id);
    },
  };
  const scripts = withStopRequests(failing, { database, log: (message) => void stubborn.told.push(message) });
  const asked = machine("asks:1").scripts.stopAnywhere("s:1", "e", signal);
  const first = await scripts.follow();
  await first();
  const second = await scripts.follow();
  expect(await asked).toBe(true);
  await second();
  expect(stubborn.told).toEqual([expect.stringContaining("no permission")]);
  expect([stubborn.stopped, await rows()]).toEqual([["e"], []]);
});
