import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Resource } from "@gennaker/kube-client/resources/resource.ts";
import type { OpenAccount } from "../accounts/account.ts";
import { seesKind } from "../accounts/scope.ts";
import { spinnakerKind } from "../inventory/moniker.ts";
import type { KubernetesAccountSettings } from "../settings.ts";
import { lean } from "./lean.ts";

/** Objects of the kinds that nobody watches, read again and again while somebody looks. */
export type Listing = {
  objects(): KubeObject[];
  problems(): { kind: string; reason: string }[];
  complete(): boolean;
  stop(): void;
};

/** Pause between two readings, and at least so many times as long as one took: it must not load a large cluster. */
const everyMs = 10_000;
const restFactor = 10;
/** Kinds asked for at the same time. */
const width = 4;
/** Kinds that say nothing in a tree: records of other objects, and what is shown in another way. */
const noise = new Set([
  "/Event",
  "events.k8s.io/Event",
  "/ComponentStatus",
  "coordination.k8s.io/Lease",
  "/Endpoints",
  "/Node",
  "apps/ControllerRevision",
]);

export function startListing(
  { client }: Pick<OpenAccount, "client">,
  settings: KubernetesAccountSettings,
  options: { skips(kind: { group: string; kind: string }): boolean; onChange(): void },
): Listing {
  const stopped = new AbortController();
  const { signal } = stopped;
  const held = new Map<string, KubeObject[]>();
  let problems: { kind: string; reason: string }[] = [];
  let complete = false;

  async function read(): Promise<void> {
    const found: typeof problems = [];
    const { resources } = await client.discovery.all();
    const kinds = new Map<string, Resource>();
    // A kind in several versions is listed once, by the version that the server prefers.
    for (const resource of resources) {
      const name = `${resource.group}/${resource.kind}`;
      if (!resource.verbs.includes("list") || noise.has(name) || kinds.has(name) || options.skips(resource)) continue;
      if (seesKind(settings, resource)) kinds.set(name, resource);
    }
    for (const name of held.keys()) if (!kinds.has(name)) held.delete(name);
    const queue = kinds.entries();
    const one = async (): Promise<void> => {
      for (const [name, resource] of queue) {
        try {
          held.set(name, await listKind(resource));
        } catch (error) {
          signal.throwIfAborted();
          found.push({ kind: spinnakerKind(resource), reason: error instanceof Error ? error.message : String(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: width }, one));
    problems = found;
    complete = true;
  }

  async function listKind(resource: Resource): Promise<KubeObject[]> {
    const scopes = resource.namespaced && settings.namespaces.length > 0 ? settings.namespaces : [undefined];
    const items: KubeObject[] = [];
    for (const namespace of scopes) {
      const part = await client.list(resource, { namespace, signal, retries: 0 });
      items.push(...part.items.map(lean));
    }
    return items;
  }

  async function keepReading(): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        await read();
      } catch (error) {
        if (signal.aborted) return;
        problems = [{ kind: "*", reason: error instanceof Error ? error.message : String(error) }];
      }
      options.onChange();
      const rest = Math.max(everyMs, restFactor * (performance.now() - began));
      await sleep(rest, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  void keepReading();

  return {
    objects: () => [...held.values()].flat(),
    problems: () => problems,
    complete: () => complete,
    stop: () => stopped.abort(new Error("nobody looks any more")),
  };
}
