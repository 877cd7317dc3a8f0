import { GennakerError } from "@gennaker/contract/errors.ts";
import type { ClusterPort } from "../cluster-port.ts";

/** The port of a server without Kubernetes accounts: everything asked of it says so. */
export function noCluster(): ClusterPort {
  const refuse = async (account: string): Promise<never> => {
    throw new GennakerError("not_found", `There is no Kubernetes account ${account}: none is configured.`);
  };
  return {
    accounts: () => [],
    kind: refuse,
    get: refuse,
    list: refuse,
    apply: (account) => refuse(account),
    create: (account) => refuse(account),
    replace: (account) => refuse(account),
    patch: refuse,
    delete: refuse,
    waitGone: refuse,
    scale: refuse,
    stability: refuse,
    waitStable: refuse,
    async *logs(account) {
      yield await refuse(account);
    },
    events: refuse,
  };
}
