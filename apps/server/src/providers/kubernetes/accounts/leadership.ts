import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubeClient } from "@gennaker/kube-client/client.ts";
import { KubeError } from "@gennaker/kube-client/errors.ts";
import { createLeaderElector, type Leadership as Term } from "@gennaker/kube-client/lease/leader-elector.ts";
import { record } from "../inventory/related.ts";

/** Who may change a cluster: one Gennaker, which is all replicas of one database. Agreed by a Lease in the cluster. */
export type ClusterLeadership = {
  /** Whether this replica holds the Lease. */
  leads(): boolean;
  /** The Lease's transition number while this replica leads. */
  fencingToken(): number | null;
  /**
   * Resolves when this Gennaker may change the cluster: called right before each change. Waits a moment for a Lease
   * that is being handed over; throws `conflict` naming the other Gennaker, or why no Lease can be had.
   */
  mayAct(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
};

export type LeaseSettings = { namespace: string; name: string };

const leaseKind = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
/** A little longer than a Lease lives after its holder died. */
const patienceMs = 20_000;
const lookMs = 250;

/** Contends for the Lease until stopped. `installation` names the database, `replica` the process. */
export function contendForCluster(
  client: KubeClient,
  lease: LeaseSettings,
  {
    installation,
    replica,
    times = {},
  }: {
    installation: string;
    replica: string;
    /** For tests. */
    times?: { leaseDurationMs?: number; renewDeadlineMs?: number; retryPeriodMs?: number; patienceMs?: number };
  },
): ClusterLeadership {
  const stopped = new AbortController();
  const prefix = `gennaker-${installation}_`;
  let term: Term | null = null;
  let problem: string | null = null;
  const { patienceMs: patience = patienceMs, ...electorTimes } = times;
  const elector = createLeaderElector(client, {
    ...lease,
    ...electorTimes,
    identity: `${prefix}${replica}`,
    labels: { "app.kubernetes.io/managed-by": "gennaker" },
    onError: (error) => (problem = error instanceof Error ? error.message : String(error)),
  });

  async function lead(mine: Term): Promise<void> {
    term = mine;
    problem = null;
    await new Promise<void>((resolve) => mine.signal.addEventListener("abort", () => resolve(), { once: true }));
    term = null;
  }

  const running = elector.run(lead, stopped.signal).catch((error: unknown) => {
    problem = error instanceof Error ? error.message : String(error);
  });

  /** Asked of the cluster itself: what this replica saw of another's Lease may be seconds old. */
  async function ownedByUs(signal?: AbortSignal): Promise<"ours" | "free" | { holder: string }> {
    const found = await client.find({ ...leaseKind, ...lease }, { signal });
    const spec = record(found?.["spec"]);
    const holder = String(spec["holderIdentity"] ?? "");
    if (holder === "") return "free";
    return holder.startsWith(prefix) ? "ours" : { holder };
  }

  return {
    leads: () => term?.isValid() === true,
    fencingToken: () => (term?.isValid() === true ? term.fencingToken : null),
    async mayAct(signal) {
      const deadline = performance.now() + patience;
      for (;;) {
        signal?.throwIfAborted();
        if (term?.isValid() === true) return;
        const state = await ownedByUs(signal).catch((error: unknown) => {
          throw error instanceof KubeError && error.code === 403 ? noLease(lease, error.message) : error;
        });
        if (state === "ours") return;
        if (performance.now() > deadline) {
          throw state === "free" ? noLease(lease, problem ?? "nobody holds it yet.") : heldByOther(lease, state.holder);
        }
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    },
    async stop() {
      stopped.abort(new Error("the server stops"));
      await running;
    },
  };
}

/** For accounts without a Lease. */
export function soleOwner(): ClusterLeadership {
  return { leads: () => true, fencingToken: () => null, mayAct: async () => undefined, stop: async () => undefined };
}

function heldByOther(lease: LeaseSettings, holder: string): GennakerError {
  return new GennakerError(
    "conflict",
    `Another Gennaker (${holder}) looks after this cluster: it holds the Lease ${lease.namespace}/${lease.name}. ` +
      "Stop it, or give both the same database.",
  );
}

function noLease(lease: LeaseSettings, reason: string): GennakerError {
  return new GennakerError(
    "conflict",
    `Gennaker changes a cluster only while it holds the Lease ${lease.namespace}/${lease.name}: ${reason} ` +
      "Allow get, create and update of leases there, name another place with lease.namespace, or set lease: false.",
  );
}
