import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const service = `
import { createServer } from "node:http";
console.log("listens on", process.env.PORT);
let seen = 0;
setInterval(() => console.log("tick", ++seen), 200);
createServer((_request, response) => response.end("ok")).listen(process.env.PORT, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;

/** A small real service, and the pipeline that ships it behind a load balancer. */
export async function tide(): Promise<{ document: object; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-tide-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "service.mjs"), service);
  const place = { cloudProvider: "hosts", account: "local", region: "local" };
  const balancer = { ...place, name: "tide-web", port: await freePort(), healthCheck: { path: "/" } };
  const cluster = {
    ...place,
    application: "tide",
    stack: "web",
    strategy: "redblack",
    capacity: { min: 1, max: 1, desired: 1 },
    availabilityZones: { local: ["a"] },
    loadBalancers: ["tide-web"],
    artifact: { type: "host/directory", reference: folder },
    command: [process.execPath, "service.mjs"],
    healthCheck: { path: "/", intervalMs: 300, timeoutMs: 300, healthy: 1, unhealthy: 3 },
  };
  return {
    document: {
      application: "tide",
      name: "Ship",
      stages: [
        { ...balancer, refId: "1", requisiteStageRefIds: [], type: "upsertLoadBalancer" },
        { refId: "2", requisiteStageRefIds: ["1"], type: "deploy", name: "Deploy", clusters: [cluster] },
      ],
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
