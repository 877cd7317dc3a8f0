import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeKubeApi, type FakeKubeApi } from "./start.ts";

type Owner = { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean };

/** An object as a test writes it down. */
export type GivenObject = {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; namespace?: string; uid?: string; ownerReferences?: Owner[]; [field: string]: unknown };
  [field: string]: unknown;
};

export type FakeApi = {
  api: FakeKubeApi;
  kubeconfigFile: string;
  /** Stores objects, owners before what they own: the server gives uids of its own, which owner references follow. */
  put(...objects: readonly GivenObject[]): void;
  close(): Promise<void>;
};

/** A fake API server with a kubeconfig that leads to it. */
export async function startFakeApi(): Promise<FakeApi> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-kubernetes-"));
  const api = await startFakeKubeApi();
  const kubeconfigFile = join(folder, "kubeconfig");
  const config = {
    clusters: [{ name: "c", cluster: { server: api.url } }],
    users: [{ name: "u", user: { token: [...api.tokens.keys()][0] } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(kubeconfigFile, JSON.stringify(config));
  const uids = new Map<string, string>();
  return {
    api,
    kubeconfigFile,
    put(...objects) {
      for (const object of objects) {
        const { uid: given = "", ownerReferences, ...rest } = object.metadata;
        const owners = ownerReferences?.map((owner) => ({ ...owner, uid: uids.get(owner.uid) ?? owner.uid }));
        const metadata = { ...rest, ...(owners === undefined ? {} : { ownerReferences: owners }) };
        uids.set(given, api.put({ ...object, metadata }).metadata.uid);
      }
    },
    async close() {
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
