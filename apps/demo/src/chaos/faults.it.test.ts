import { join } from "node:path";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { canaryConfig, shipPipeline } from "./documents.ts";
import { destroyAll, finished, operate, startSurely, whyFailed } from "./commands.ts";
import { takePort } from "./free-port.ts";
import { servicesOf } from "./processes.ts";
import type { ServiceName } from "./services.ts";
import { writeServices } from "./services.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";
import { createWorld } from "./world.ts";

type Json = Record<string, unknown>;

describe("deployments and stages that go wrong", () => {
  let world: World;
  let services: Record<ServiceName, string>;

  beforeAll(async () => {
    world = await createWorld();
    services = writeServices(join(world.folder, "services"));
  });

  afterAll(() => world?.dispose());

  const directory = (reference: string) => ({ artifact: { type: "host/directory", reference } });

  function cluster(application: string, more: Json): Json {
    return {
      cloudProvider: "hosts",
      account: "local",
      region: "local",
      application,
      stack: "prod",
      strategy: "none",
      capacity: { min: 1, max: 1, desired: 1 },
      ...directory(services.good),
      command: ["node", "server.mjs"],
      healthCheck: { path: "/health", intervalMs: 200, timeoutMs: 1000, healthy: 1, unhealthy: 2 },
      stopTimeoutSec: 2,
      progressDeadlineSec: 6,
      ...more,
    };
  }

  async function application(name: string): Promise<void> {
    await world.client.call("saveApplication", {
      params: { application: name },
      body: { email: `${name}@example.com`, cloudProviders: ["hosts"] },
    });
  }

  async function deploy(name: string, more: Json): Promise<Execution> {
    onTestFailed(() => void process.stderr.write(world.log().slice(-5_000)));
    await application(name);
    return operate(world.client, name, "Deploy", [{ type: "deploy", clusters: [cluster(name, more)] }]);
  }

  async function groupsOf(name: string): Promise<ServerGroup[]> {
    return (await world.client.call("listClusters", { params: { application: name } })).flatMap(
      (each) => each.serverGroups,
    );
  }

  describe("a deployment that cannot be ends with the reason, and leaves no server group", () => {
    test.each<[string, () => Json, RegExp]>([
      [
        "its artifact is missing",
        () => directory(join(world.folder, "nothing")),
        /The artifact host\/directory \S+\/nothing cannot be used: there is no such directory/,
      ],
      [
        "its command is not executable",
        () => ({ command: ["./notes.txt"] }),
        /\.\/notes\.txt cannot be run: the file is not executable .* run chmod \+x/,
      ],
      [
        "its command is not in the artifact",
        () => ({ command: ["./nothing"] }),
        /\.\/nothing cannot be run: there is no such file/,
      ],
      [
        "its command is not on the PATH",
        () => ({ command: ["no-such-program"] }),
        /no-such-program cannot be run: no such program is on the PATH/,
      ],
      [
        "its account is missing",
        () => ({ account: "nowhere" }),
        /^account\.missing: .*There is no account "nowhere"\. Known accounts: local\./,
      ],
      [
        "its region is missing",
        () => ({ region: "mars" }),
        /^region\.missing: .*Account local has no region "mars"\. It has: local\./,
      ],
      [
        "its provider is another one",
        () => ({ cloudProvider: "moon" }),
        /Account local belongs to cloud provider hosts, but the cluster says moon/,
      ],
    ])("since %s", async (name, more, why) => {
      const app = `app${name.replaceAll(/[^a-z]/gi, "").toLowerCase()}`;
      const execution = await deploy(app, more());
      expect(execution.status).toBe("TERMINAL");
      expect(whyFailed(execution)).toMatch(why);
      expect(await groupsOf(app)).toEqual([]);
    });
  });

  test("a service that never becomes healthy fails its deployment with what its check answered", async () => {
    const execution = await deploy("unhealthy", directory(services.neverHealthy));
    expect(execution.status).toBe("TERMINAL");
    expect(whyFailed(execution)).toMatch(
      /^serverGroup\.failed: .*0 of 1 instances up and no progress for 6 s.*GET \/health answered 503/,
    );
    const [group] = await groupsOf("unhealthy");
    expect(group?.health).toMatchObject({ status: "failed", code: "progressDeadlineExceeded" });
    expect(group?.instances[0]).toMatchObject({ state: "starting", reason: expect.stringContaining("503") });
  });

  test("a service that crashes after it was healthy is started again ever later; its group says why and with which last words", async () => {
    const execution = await deploy("crashing", directory(services.crashing));
    expect(execution.status).toBe("SUCCEEDED");
    const failed = await until(
      "the group has failed",
      async () => {
        const [group] = await groupsOf("crashing");
        return group?.health.status === "failed" && group.instances[0]?.state === "down" ? group : null;
      },
      90_000,
    );
    expect(failed.health.code).toBe("crashLoop");
    expect(failed.health.reason).toMatch(
      /failed 5 times in a row: exited with status 3 after .*Last output: out of ideas/,
    );
    const [instance] = failed.instances;
    expect(instance?.restarts).toBeGreaterThanOrEqual(4);
    expect(instance?.reason).toMatch(/starts again after 8 s/);
    await destroyAll(world.client, "crashing");
    expect(await groupsOf("crashing")).toEqual([]);
  });

  test("a service that ignores SIGTERM is gone once its server group is destroyed", async () => {
    expect((await deploy("stubborn", directory(services.stubborn))).status).toBe("SUCCEEDED");
    const [group] = await groupsOf("stubborn");
    const running = () => servicesOf(world.folder).get(group?.instances[0]?.id ?? "")?.length ?? 0;
    expect(running()).toBe(1);
    expect((await destroyAll(world.client, "stubborn"))?.status).toBe("SUCCEEDED");
    expect(running()).toBe(0);
    expect(await groupsOf("stubborn")).toEqual([]);
  });

  test.each<[string, Json, RegExp]>([
    [
      "a cluster without server groups",
      {
        type: "resizeServerGroup",
        cluster: "nothing-prod",
        target: "current_asg_dynamic",
        regions: ["local"],
        action: "scale_exact",
        capacity: { min: 1, max: 1, desired: 1 },
      },
      /^serverGroup\.missing: .*the cluster has no server group \(cluster nothing-prod in local\/local\)/,
    ],
    [
      "a server group that is not there",
      { type: "destroyServerGroup", serverGroupName: "nothing-prod-v007", region: "local" },
      /^serverGroup\.missing: .*there is no server group nothing-prod-v007/,
    ],
    [
      "a load balancer that is not there",
      {
        type: "shiftTraffic",
        loadBalancer: "nothing",
        region: "local",
        weights: [{ serverGroup: "nothing-prod-v007", percent: 10 }],
      },
      /nothing/,
    ],
  ])("a stage for %s fails and names it", async (_what, stage, why) => {
    await application("nothing");
    const execution = await operate(world.client, "nothing", "Try", [
      { cloudProvider: "hosts", credentials: "local", account: "local", ...stage },
    ]);
    expect(execution.status).toBe("TERMINAL");
    expect(whyFailed(execution)).toMatch(why);
  });

  test("a stage of an unknown type is kept and shown; the run fails there with its name, and what comes before is done", async () => {
    await application("cakes");
    const stages = [
      { refId: "1", requisiteStageRefIds: [], type: "wait", name: "Wait", waitTime: 0 },
      { refId: "2", requisiteStageRefIds: ["1"], type: "bakeCake", name: "Cake", flavour: "lemon" },
      { refId: "3", requisiteStageRefIds: ["2"], type: "wait", name: "Eat", waitTime: 0 },
    ];
    const { id } = await world.client.call("savePipeline", {
      body: { application: "cakes", name: "Bake", stages } as never,
    });
    const execution = await finished(world.client, await startSurely(world.client, id, {}));
    expect(execution.stages.map(({ type, status }) => [type, status])).toEqual([
      ["wait", "SUCCEEDED"],
      ["bakeCake", "TERMINAL"],
      ["wait", "NOT_STARTED"],
    ]);
    expect(execution.stages[1]?.context["flavour"]).toBe("lemon");
    expect(whyFailed(execution)).toMatch(/^stage\.unknownType: There is no stage type "bakeCake"/);
  });

  test("a load balancer whose port another program has says so, fails its stage, and disturbs no other load balancer", async () => {
    const { server, port } = await takePort();
    const free = await takePort();
    await new Promise((resolve) => free.server.close(resolve));
    const upsert = (name: string, at: number) =>
      operate(world.client, "balanced", `Open ${name}`, [
        {
          type: "upsertLoadBalancer",
          cloudProvider: "hosts",
          account: "local",
          region: "local",
          loadBalancerName: name,
          port: at,
        },
      ]);
    try {
      await application("balanced");
      const taken = await upsert("taken", port);
      expect(taken.status).toBe("TERMINAL");
      expect(whyFailed(taken)).toMatch(
        new RegExp(
          `^loadBalancer\\.down: Load balancer taken is not up: 127\\.0\\.0\\.1:${port} is already in use by another process`,
        ),
      );
      expect((await upsert("free", free.port)).status).toBe("SUCCEEDED");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await until("the load balancer comes up once its port is free", async () =>
      (await world.client.call("listLoadBalancers", { params: { application: "balanced" } })).every(
        ({ state }) => state === "up",
      ),
    );
  });

  test("a canary without data is inconclusive, says so, and is cleaned up", async () => {
    const name = "shop";
    expect((await deploy(name, { strategy: "redblack" })).status).toBe("SUCCEEDED");
    const { port, server } = await takePort();
    await new Promise((resolve) => server.close(resolve));
    const opened = await operate(world.client, name, "Open", [
      {
        type: "upsertLoadBalancer",
        cloudProvider: "hosts",
        account: "local",
        region: "local",
        loadBalancerName: "shop",
        port,
      },
    ]);
    expect(opened.status).toBe("SUCCEEDED");
    await world.client.call("saveCanaryConfig", {
      params: { canaryConfig: "shop-canary" },
      body: canaryConfig() as never,
    });
    const { id } = await world.client.call("savePipeline", {
      body: shipPipeline({ lifetime: "PT4S", interval: "PT4S" }) as never,
    });
    const artifact = services.good;
    const execution = await finished(
      world.client,
      await startSurely(world.client, id, { artifact, current: artifact, pass: "75", marginal: "40" }),
    );
    expect(execution.status).toBe("TERMINAL");
    expect(whyFailed(execution)).toMatch(/^canary\.noData: The canary cannot be judged/);
    const canary = execution.stages.find(({ type }) => type === "kayentaCanary");
    const runs = await world.client.call("listCanaryRuns", {
      params: { execution: execution.id, stage: canary?.id ?? "" },
    });
    expect(runs.map(({ verdict }) => verdict)).toEqual(["inconclusive"]);
    expect((await groupsOf(name)).filter(({ canaryRole }) => canaryRole !== null)).toEqual([]);
  });
});
