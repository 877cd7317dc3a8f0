import type { InformerStatus } from "@gennaker/kube-client/watch/informer.ts";

export type Reach = { reachable: boolean; reason: string };

/** Whether a cluster answers, from what its watches say, with the reason in words where something is wrong. Pure. */
export function reachOf(statuses: readonly { kind: string; status: InformerStatus }[]): Reach {
  if (statuses.length === 0) return { reachable: true, reason: "" };
  const answering = statuses.filter(({ status }) => status.phase === "synced" || answered(status));
  const failing = statuses.filter(({ status }) => status.error !== null);
  if (answering.length === 0) {
    const [first] = failing;
    if (first === undefined) return { reachable: false, reason: "the cluster has not answered yet" };
    return { reachable: false, reason: `the cluster does not answer: ${first.status.error?.message ?? ""}` };
  }
  const forbidden = failing.filter(({ status }) => status.error?.code === 403).map(({ kind }) => kind);
  if (forbidden.length === 0) return { reachable: true, reason: "" };
  return { reachable: true, reason: `the login may not watch ${[...new Set(forbidden)].join(", ")}` };
}

/** An error that an API server gave is an answer, unless it says that it cannot work or does not know the login. */
function answered(status: InformerStatus): boolean {
  const code = status.error?.code ?? 0;
  return code >= 400 && code < 500 && code !== 401;
}
