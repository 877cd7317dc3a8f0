import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFailed, test } from "vitest";
import { startDatabase } from "./database-process.ts";
import { finished, startSurely, whyFailed } from "./commands.ts";
import { signalTo } from "./processes.ts";
import { makeFolder } from "./temporary.ts";
import { pause, until } from "./until.ts";
import type { Shop, World } from "./world.ts";
import { createWorld, openShop } from "./world.ts";

const leave: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of leave.splice(0).toReversed()) await each();
});

async function open(env: Record<string, string> = {}): Promise<{ world: World; shop: Shop; pid: number }> {
  const world = await createWorld(env);
  leave.push(() => world.dispose());
  onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
  const shop = await openShop(world);
  leave.push(() => shop.load.stop());
  return { world, shop, pid: world.server().pid };
}

async function health(world: World): Promise<string> {
  const response = await fetch(`${world.client.baseUrl}/health`);
  return `${response.status} ${((await response.json()) as { status: string }).status}`;
}

const becomes = (world: World, wanted: string) =>
  until(`/health is ${wanted}`, async () => (await health(world)) === wanted);

/** Ships version 2, takes the database away whenever the run has come to a new stage, and looks at how all ends. */
async function shipThroughOutages(
  { world, shop, pid }: Awaited<ReturnType<typeof open>>,
  outage: () => Promise<void>,
): Promise<void> {
  const { client, versions } = world;
  const id = await startSurely(client, shop.ship, {
    artifact: versions.v2,
    current: versions.v1,
    pass: "75",
    marginal: "40",
  });
  for (const type of ["createServerGroup", "kayentaCanary", "shrinkCluster"]) {
    await until(
      `the run has come to ${type} or is complete`,
      async () => {
        const execution = await client.call("getExecution", { params: { execution: id } });
        return (
          execution.endTime !== null ||
          execution.stages.some((stage) => stage.type === type && stage.status !== "NOT_STARTED")
        );
      },
      120_000,
    );
    await outage();
    await becomes(world, "200 UP");
  }
  const execution = await finished(client, id);
  expect([execution.status, whyFailed(execution).replace(/:.*/s, "")]).toBeOneOf([
    ["SUCCEEDED", ""],
    ["TERMINAL", "canary.noData"],
  ]);
  const groups = (await client.call("listClusters", { params: { application: "shop" } })).flatMap(
    (cluster) => cluster.serverGroups,
  );
  expect(groups.filter((group) => group.canaryRole !== null)).toEqual([]);
  expect(groups.filter((group) => !group.disabled)).toHaveLength(1);
  expect(shop.load.failures()).toEqual([]);
  expect(world.server().ended()).toBe(false);
  expect(world.server().pid).toBe(pid);
}

test(
  "the embedded database killed again and again during a run comes back, and the run goes on to its end",
  { timeout: 300_000 },
  async () => {
    const scene = await open();
    const postmaster = () =>
      Number(
        readFileSync(join(scene.world.dataDirectory, "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0],
      );
    await shipThroughOutages(scene, async () => {
      const killed = postmaster();
      signalTo(killed, "SIGKILL");
      await until("another database runs", () => postmaster() !== killed);
    });
  },
);

test(
  "a database of one's own that is away for seconds: DOWN meanwhile, clients are served, the run goes on",
  { timeout: 300_000 },
  async () => {
    const folder = makeFolder("gennaker-chaos-database-");
    leave.push(async () => folder.remove());
    let database = await startDatabase(folder.path);
    leave.push(() => database.stop());
    const scene = await open({ DATABASE_URL: database.url });
    await shipThroughOutages(scene, async () => {
      await database.stop();
      await becomes(scene.world, "503 DOWN");
      const sent = scene.shop.load.report().sent;
      await pause(2_000);
      expect(scene.shop.load.report().sent).toBeGreaterThan(sent);
      const { url } = database;
      database = await startDatabase(folder.path);
      expect(database.url).toBe(url);
    });
  },
);
