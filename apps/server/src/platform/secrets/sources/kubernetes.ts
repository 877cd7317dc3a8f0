import type { SecretSource } from "../api.ts";
import { SecretError } from "../api.ts";

/** The data of a Secret (base64 values by key) of an account's cluster; null when there is none. */
export type ReadKubernetesSecret = (
  account: string,
  namespace: string,
  name: string,
) => Promise<Readonly<Record<string, string>> | null>;

/** `secret://kubernetes/ACCOUNT/NAMESPACE/NAME#KEY`; the key may be left out where the Secret has only one. */
export function kubernetesSource(readSecret: ReadKubernetesSecret | null): SecretSource {
  return {
    async read(path, key) {
      const [account, namespace, name, more] = path.split("/");
      const at = `secret://kubernetes/${path}`;
      if (readSecret === null)
        throw new SecretError("source", `${at} cannot be read: there is no account of a Kubernetes cluster.`);
      if (!account || !namespace || !name || more !== undefined)
        throw new SecretError("reference", `${at} must be secret://kubernetes/ACCOUNT/NAMESPACE/NAME#KEY.`);
      const data = await readSecret(account, namespace, name).catch((error: unknown) => {
        if (error instanceof SecretError) throw new SecretError(error.fault, `${at}: ${error.message}`, error);
        throw new SecretError(
          "unavailable",
          `${at} cannot be read: the cluster of account ${account} did not give it.`,
          error,
        );
      });
      if (data === null) return null;
      const keys = Object.keys(data);
      const chosen = key ?? (keys.length === 1 ? keys[0] : undefined);
      if (chosen === undefined)
        throw new SecretError("reference", `${at} has several keys: add #KEY, one of ${keys.sort().join(", ")}.`);
      const value = Object.hasOwn(data, chosen) ? data[chosen] : undefined;
      return value === undefined ? null : Buffer.from(value, "base64").toString("utf8");
    },
  };
}
