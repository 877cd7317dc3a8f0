import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf, makeScene, processesIn, query, type Scene } from "./fixtures/scene.ts";
import { startEmbeddedPostgres } from "./start.ts";

describe("kills at any moment", () => {
  let scene: Scene;
  let data: string;

  beforeEach(() => {
    scene = makeScene();
    data = join(scene.directory, "data");
  });
  afterEach(() => scene.end());

  /** Starts a holder and kills it after a while, wherever it is then. */
  async function startAndKill(afterMs: number): Promise<void> {
    const holder = scene.start("holder", data);
    await sleep(afterMs);
    await holder.kill();
  }

  test("killed anywhere in its first boot, over and over, Gennaker still gets a whole database", async () => {
    for (const afterMs of [120, 180, 240, 300, 400, 550, 700, 900]) await startAndKill(afterMs);
    const database = await startEmbeddedPostgres({ dataDirectory: data });
    scene.atEnd(() => database.stop());
    await query(database.url, "create table kept as select 1 as value");
    expect(await query(database.url, "select value from kept")).toEqual([{ value: 1 }]);
  });

  test("killed anywhere in later boots, with its server too, nothing committed is lost and nothing runs twice", async () => {
    const first = scene.start("holder", data);
    const { url } = await answerOf(first);
    await query(url, "create table kept (round int primary key)");
    await first.kill();
    for (let round = 1; round <= 8; round += 1) {
      await startAndKill(100 + round * 25);
      const holder = scene.start("holder", data);
      const answer = await answerOf(holder);
      expect(answer.code).toBeUndefined();
      const main = processesIn(scene.directory).filter((pid) => pid === answer.pid);
      expect(main).toHaveLength(1);
      await query(answer.url, `insert into kept values (${round})`);
      if (round % 2 === 0) process.kill(answer.pid, "SIGKILL");
      await holder.kill();
    }
    const database = await startEmbeddedPostgres({ dataDirectory: data });
    scene.atEnd(() => database.stop());
    const rows = await query(database.url, "select round from kept order by round");
    expect(rows.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
