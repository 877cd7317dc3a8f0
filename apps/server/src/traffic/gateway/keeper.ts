import { createHash } from "node:crypto";
import { GatewayError } from "@gennaker/gateway-config/client.ts";
import { canonicalJson } from "@gennaker/gateway-config/snapshot.ts";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import type { GatewayRouterDependencies } from "./create-gateway-router.ts";
import { desiredBalancers } from "./desired.ts";
import { createPushLoop } from "./push-loop.ts";
import type { Report } from "./report.ts";
import { createReporter } from "./report.ts";
import { generationFor, raiseGeneration, readBalancers } from "./store.ts";
import type { GatewaySupervisor } from "./supervisor.ts";

const statusEveryMs = 500;
const pushRetryMs = 500;
const reportEveryMs = 1_000;
const changedChannel = "gateway_changed";

export type Keeper = {
  start(): Promise<void>;
  /** Lets go of the gateway, which goes on serving. */
  stop(): Promise<void>;
  /** Brings the gateway up to date: here, or where the account's owner runs. */
  soon(): Promise<void>;
  /** What was last heard of the gateway here; null where another process looks after it. */
  heard(): Report | null;
};

/** Looks after the gateway of an account: keeps it running, feeds it, and tells the other replicas what it says. */
export function createKeeper(
  dependencies: GatewayRouterDependencies,
  supervisor: GatewaySupervisor,
  listen: (status: GatewayStatus) => void,
): Keeper {
  const { account, database } = dependencies;
  const report = createReporter(database, account, reportEveryMs);
  let status: GatewayStatus | null = null;
  let problem = "the gateway has not started yet";
  /** The gateway process that took our snapshot, and its generation: another process has to be fed anew. */
  let fed = "";
  let healthy = "";
  const leaving: (() => Promise<void> | void)[] = [];

  async function push(): Promise<void> {
    const groups = await dependencies.serverGroups();
    let loadBalancers: ReturnType<typeof desiredBalancers> = [];
    const generation = await generationFor(database, account, async (tx) => {
      loadBalancers = desiredBalancers(await readBalancers(tx, account), groups);
      return createHash("sha256").update(canonicalJson(loadBalancers)).digest("hex");
    });
    if (status?.generation === generation && fed === `${status.pid} ${generation}`) return;
    if (loadBalancers.length === 0 && !status) return;
    await supervisor.ensure();
    try {
      await supervisor.admin.putSnapshot({ generation, loadBalancers });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.generation === undefined) throw error;
      // The gateway is ahead of the database (an older copy was restored): go on above its generation.
      await raiseGeneration(database, account, error.generation + 1);
      loop.again();
      return;
    }
    // Not `look`, which would wait for the very push that it is part of when the gateway has just died.
    const now = await refresh();
    if (now === null) throw new Error("the gateway does not answer any more");
    fed = `${now.pid} ${generation}`;
    await report({ status: now, problem: "", at: Date.now() + reportEveryMs }).catch(() => undefined);
    dependencies.wake([`account:${account}`]);
    await database.transaction((tx) =>
      dependencies.events.append(
        tx,
        loadBalancers.map((balancer) => ({
          type: "loadBalancer.changed",
          application: balancer.serverGroups[0]?.labels.application ?? null,
          subject: balancer.name,
          data: { generation },
        })),
      ),
    );
  }

  const loop = createPushLoop({
    push,
    retryMs: pushRetryMs,
    tried(error) {
      problem = error?.message ?? "";
      if (error)
        dependencies.log("warn", "the gateway could not be brought up to date; trying again", { cause: problem });
    },
  });

  /** Asks the gateway how it is. */
  async function refresh(): Promise<GatewayStatus | null> {
    const now = await supervisor.status();
    status = now;
    if (now === null) return null;
    listen(now);
    const health = now.loadBalancers
      .flatMap((balancer) => balancer.serverGroups.map((group) => `${group.name}:${group.healthyInstances}`))
      .join();
    if (health !== healthy) dependencies.wake([`account:${account}`]);
    healthy = health;
    return now;
  }

  async function look(): Promise<void> {
    const before = status;
    const now = await refresh();
    if (now !== null) {
      if (before === null || before.pid !== now.pid) void loop.soon();
    } else {
      if (before !== null) {
        problem = "the gateway does not answer; starting it again";
        dependencies.log("warn", problem);
      }
      await loop.soon();
    }
    if (now !== null || before !== null) await report({ status: now, problem, at: Date.now() });
  }

  return {
    heard: () => (dependencies.owns() ? { status, problem, at: Date.now() } : null),
    async soon() {
      if (dependencies.owns()) return loop.soon();
      database.notify(changedChannel, account);
      return undefined;
    },
    async start() {
      if (!dependencies.owns()) return;
      loop.start();
      leaving.push(
        dependencies.onInventoryChange((changed) => {
          if (changed.ref.account === account) void loop.soon();
        }),
      );
      leaving.push(
        await database.listen(changedChannel, (name) => {
          if (name === account || name === "") void loop.soon();
        }),
      );
      await supervisor.upgrade().catch((error: unknown) => {
        dependencies.log("warn", "the running gateway could not hand over to this version; it goes on", {
          cause: (error as Error).message,
        });
      });
      status = await supervisor.status();
      // Not waited for: the API is usable without a gateway, and stages wait for it with its reason.
      void loop.soon();
      const timer = setInterval(() => void look().catch(() => undefined), statusEveryMs);
      timer.unref();
      leaving.push(() => clearInterval(timer));
    },
    async stop() {
      for (const leave of leaving.splice(0)) await leave();
      await loop.stop();
    },
  };
}
