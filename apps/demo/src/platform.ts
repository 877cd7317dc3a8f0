import { createServer } from "node:net";
import type { Clients } from "./load.ts";
import type { Versions } from "./versions.ts";

type Version = keyof Versions;

/** Where the shop runs, and how it is seen from outside. */
export type Platform = {
  cloudProviders: readonly string[];
  /** Files of the folder `pipeline`. */
  documents: { setUp: string; ship: string; canaryConfig: string | null };
  /** Parameters of the set-up, and of shipping a version over another. */
  setUp: Record<string, string>;
  ship(version: Version, current: Version): Record<string, string>;
  /** What is wrong with version 3, where that is not one of the demo's faults. */
  badBy: string | null;
  /** In words, after "version 1". */
  place: string;
  /** Where clients ask. */
  clients: Clients | null;
  versionOf(reference: string): string | null;
  /** Whether a server group is there for a canary only. */
  isTrial(group: { name: string; canaryRole: string | null }): boolean;
};

/** Processes on this machine behind Gennaker's own gateway. */
export async function hostsPlatform(versions: Versions): Promise<Platform> {
  const port = await freePort();
  return {
    cloudProviders: ["hosts"],
    documents: { setUp: "set-up.json", ship: "ship.json", canaryConfig: "canary-config.json" },
    setUp: { artifact: versions.v1, port: String(port) },
    ship: (version, current) => ({ artifact: versions[version], current: versions[current] }),
    badBy: null,
    place: `behind a load balancer on port ${port}`,
    clients: { host: "127.0.0.1", port },
    versionOf: (reference) => reference.split("/").at(-1) ?? null,
    isTrial: ({ canaryRole }) => canaryRole !== null,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
