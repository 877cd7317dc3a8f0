import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer } from "./testing/processes.ts";

const service = `
import { createServer } from "node:http";
console.log("first line");
console.log("listens on", process.env.PORT);
createServer((_request, response) => response.end("ok")).listen(process.env.PORT, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;

const server = await startTestServer();
beforeAll(async () => {
  const artifact = join(server.home, "service");
  await mkdir(artifact);
  await writeFile(join(artifact, "service.mjs"), service);
  await chmod(server.home, 0o755);
  await server.run(["application", "save", "shop"]);
  const cluster = {
    cloudProvider: "hosts",
    account: "local",
    region: "local",
    application: "shop",
    stack: "web",
    strategy: "redblack",
    capacity: { min: 1, max: 1, desired: 1 },
    availabilityZones: { local: ["a"] },
    loadBalancers: ["shop-web"],
    artifact: { type: "host/directory", reference: artifact },
    command: [process.execPath, "service.mjs"],
    healthCheck: { path: "/", intervalMs: 300, timeoutMs: 300, healthy: 1, unhealthy: 3 },
  };
  const balancer = {
    refId: "0",
    type: "upsertLoadBalancer",
    cloudProvider: "hosts",
    account: "local",
    region: "local",
    name: "shop-web",
    port: await freePort(),
    healthCheck: { path: "/" },
  };
  const document = {
    application: "shop",
    name: "deploy",
    stages: [
      balancer,
      { refId: "1", requisiteStageRefIds: ["0"], type: "deploy", name: "Deploy", clusters: [cluster] },
    ],
  };
  expect(await server.run(["pipeline", "save", "--file", "-"], JSON.stringify(document))).toMatchObject({
    code: 0,
    err: "",
  });
  const deployed = await server.run(["pipeline", "start", "shop/deploy", "--follow"]);
  expect(deployed.out).toContain("SUCCEEDED after");
});
afterAll(async () => {
  // The traffic guard is for people; a test takes everything away.
  await server.run(["application", "save", "shop", "--file", "-"], '{"trafficGuards":[]}');
  for (const group of ["shop-web-v001", "shop-web-v000"]) await server.run(["server-group", "destroy", group, "--yes"]);
  await server.stop();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test("a refused operation shows its reason and exits 1", async () => {
  const { code, out } = await server.run(["server-group", "disable", "shop-web-v000"]);
  expect(code).toBe(1);
  expect(out).toMatch(/TERMINAL/);
  expect(out).toMatch(/traffic guard .* does not allow disabling shop-web-v000/);
});

test("a resize is followed to its end and seen in the tables", async () => {
  const { code, out } = await server.run(["server-group", "resize", "shop-web-v000", "2"]);
  expect(out).toContain("SUCCEEDED after");
  expect(code).toBe(0);
  expect((await server.run(["cluster", "list", "shop"])).out).toMatch(
    /shop-web {2}shop-web-v000 {2}local\/local {2}stable +2\/2 {2}shop-web 100%/,
  );
  expect((await server.run(["server-group", "get", "local/local/shop-web-v000"])).out).toMatch(/Size +2 \(1 to 2\)/);
  // The gateway reports the new instance's health at its own pace.
  await expect
    .poll(async () => (await server.run(["load-balancer", "list", "shop"])).out, { timeout: 30_000 })
    .toMatch(/shop-web-v000 +100% .*2\/2/);
});

test("logs come line by line, from each instance, and are followed until Ctrl-C", async () => {
  const { out } = await server.run(["server-group", "logs", "shop-web-v000"]);
  expect(out.match(/^shop-web-v000-\S+ {2}first line$/gm)).toHaveLength(2);
  const following = server.start(["server-group", "logs", "shop-web-v000", "--follow", "--tail", "1"]);
  await following.saw(/listens on/);
  following.child.kill("SIGINT");
  expect((await following.ended).code).toBe(130);
});

test("a rollback brings the earlier version back; --detach only starts it", async () => {
  expect(await server.run(["pipeline", "start", "shop/deploy", "--follow"])).toMatchObject({ code: 0 });
  const rolled = await server.run(["server-group", "rollback", "shop-web-v001", "--reason", "drill"]);
  expect(rolled.out).toContain("SUCCEEDED after");
  const clusters = JSON.parse((await server.run(["cluster", "get", "shop", "shop-web", "--json"])).out) as {
    serverGroups: { name: string; disabled: boolean }[];
  };
  expect(clusters.serverGroups.map(({ name, disabled }) => [name, disabled])).toEqual([
    ["shop-web-v001", true],
    ["shop-web-v000", false],
  ]);
  const detached = await server.run(["server-group", "destroy", "shop-web-v001", "--yes", "--detach", "--json"]);
  const { id } = JSON.parse(detached.out) as { id: string };
  expect(await server.run(["execution", "watch", id])).toMatchObject({ code: 0 });
  expect((await server.run(["server-group", "get", "shop-web-v001"])).err).toContain("no server group");
});
