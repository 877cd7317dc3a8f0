import { setTimeout as sleep } from "node:timers/promises";
import { isKubeError } from "@gennaker/kube-client/errors.ts";
import type { ClusterPort } from "../../cluster-port.ts";

/** Polls of a stage move a clock of their own; a real cluster needs real time. */
export function unhurried(port: ClusterPort): ClusterPort {
  return {
    ...port,
    async stability(...args) {
      const verdict = await port.stability(...args);
      if (verdict?.state !== "stable") await sleep(150);
      return verdict;
    },
    async get(...args) {
      try {
        return await port.get(...args);
      } catch (error) {
        if (isKubeError(error, "UnknownKind")) await sleep(1_000);
        throw error;
      }
    },
  };
}
