import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { followLogs } from "@gennaker/kube-client/streams/follow-logs.ts";
import type { AccountRuntime } from "../accounts/account.ts";
import { checkScope, checkWritable, seesNamespace } from "../accounts/scope.ts";
import type { ChangeOptions, ClusterPort, DeleteOptions, ManifestRef } from "../cluster-port.ts";
import { eventsAbout, toManifestEvents } from "../health/events-about.ts";
import { judgeNow, waitGone, waitStable, type Target } from "../health/wait-stable.ts";
import { namespaceOf, resolveKind, resolveRef } from "./resolve.ts";

/** The port of the stages, on the accounts of this process. */
export function createClusterPort(accounts: ReadonlyMap<string, AccountRuntime>): ClusterPort {
  function runtime(account: string): AccountRuntime {
    const found = accounts.get(account);
    if (found !== undefined) return found;
    const known = [...accounts.keys()].join(", ") || "none";
    throw new GennakerError("not_found", `There is no Kubernetes account ${account}. Configured are: ${known}.`);
  }

  async function target(account: string, ref: ManifestRef) {
    const { settings, open } = runtime(account);
    const opened = await open();
    return { ...opened, ref: await resolveRef(opened.client, settings, ref) };
  }

  /** Everything that must hold before a change; a dry run changes nothing, so it needs no Lease. */
  async function toChange(account: string, options: ChangeOptions | DeleteOptions): Promise<KubeClient> {
    const found = runtime(account);
    checkWritable(found.settings);
    const { client } = await found.open();
    if (!("dryRun" in options && options.dryRun === true)) await found.mayAct(options.signal);
    return client;
  }

  /** The manifest with its namespace written out. */
  async function placed(account: string, client: KubeClient, manifest: KubeObject): Promise<KubeObject> {
    const resource = await resolveKind(client, manifest.kind, manifest.apiVersion);
    const namespace = namespaceOf(client, resource, manifest.metadata.namespace);
    checkScope(runtime(account).settings, resource, namespace ?? null);
    const { namespace: _given, ...metadata } = manifest.metadata;
    return { ...manifest, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
  }

  async function change(
    account: string,
    manifest: KubeObject,
    options: ChangeOptions,
    send: (client: KubeClient, object: KubeObject) => Promise<KubeObject>,
  ): Promise<KubeObject> {
    checkWritable(runtime(account).settings);
    const { client } = await runtime(account).open();
    const object = await placed(account, client, manifest);
    await toChange(account, options);
    return send(client, object);
  }

  const targetOf = ({ apiVersion, kind, name, namespace }: Awaited<ReturnType<typeof target>>["ref"]): Target => ({
    kind: { apiVersion, kind },
    name,
    namespace,
  });

  return {
    accounts: () => [...accounts.keys()],
    async kind(account, kind) {
      const { client } = await runtime(account).open();
      const { apiVersion, kind: exact, namespaced } = await resolveKind(client, kind);
      return { apiVersion, kind: exact, namespaced };
    },
    async get(account, ref, options = {}) {
      const at = await target(account, ref);
      return at.client.find(at.ref, { signal: options.signal });
    },
    async list(account, kind, namespace, selector, options = {}) {
      const { settings, open } = runtime(account);
      const { client } = await open();
      const resource = await resolveKind(client, kind);
      checkScope(settings, resource, resource.namespaced ? namespace : null);
      const scopes: (string | undefined)[] = !resource.namespaced
        ? [undefined]
        : namespace !== null
          ? [namespace]
          : settings.namespaces.length > 0
            ? settings.namespaces
            : [undefined];
      const lists = await Promise.all(
        scopes.map((scope) =>
          client.list(resource, { namespace: scope, labelSelector: selector || undefined, signal: options.signal }),
        ),
      );
      return lists
        .flatMap(({ items }) => items)
        .filter(({ metadata }) => metadata.namespace === undefined || seesNamespace(settings, metadata.namespace));
    },
    apply: (account, manifest, options = {}) =>
      change(account, manifest, options, (client, object) =>
        client.apply(object, { ...common(options), force: options.force === true }),
      ),
    create: (account, manifest, options = {}) =>
      change(account, manifest, options, (client, object) => client.create(object, common(options))),
    replace: (account, manifest, options = {}) =>
      change(account, manifest, options, (client, object) => client.replace(object, common(options))),
    async patch(account, ref, patch, type, options = {}) {
      const at = await target(account, ref);
      const client = await toChange(account, options);
      const { subresource } = options;
      return client.patch(at.ref, type, patch, {
        ...common(options),
        ...(subresource === undefined ? {} : { subresource }),
      });
    },
    async delete(account, ref, options = {}) {
      const at = await target(account, ref);
      const client = await toChange(account, options);
      return client.delete(at.ref, {
        propagation: propagationOf(options.cascade),
        gracePeriodSeconds: options.gracePeriod,
        signal: options.signal,
      });
    },
    async waitGone(account, ref, options) {
      const at = await target(account, ref);
      await waitGone(at, targetOf(at.ref), options);
    },
    async scale(account, ref, replicas, options = {}) {
      const at = await target(account, ref);
      const client = await toChange(account, options);
      await client.scale(at.ref, replicas, common(options));
    },
    async stability(account, ref, options = {}) {
      const at = await target(account, ref);
      return judgeNow(at, targetOf(at.ref), options.signal);
    },
    async waitStable(account, ref, signal, options = {}) {
      const at = await target(account, ref);
      return waitStable(at, targetOf(at.ref), signal, options.onVerdict);
    },
    async *logs(account, namespace, pods, options = {}) {
      const { settings, open } = runtime(account);
      checkScope(settings, { kind: "Pod", group: "" }, namespace);
      const { client } = await open();
      const { container, tail, follow, previous, since, signal } = options;
      yield* followLogs(client, {
        namespace,
        sources: pods.map((pod) => (container === undefined ? { pod } : { pod, container })),
        ...(tail === undefined ? {} : { tailLines: tail }),
        ...(follow === undefined ? {} : { follow }),
        ...(previous === undefined ? {} : { previous }),
        ...(since === undefined ? {} : { sinceSeconds: since }),
        ...(signal === undefined ? {} : { signal }),
      });
    },
    async events(account, ref, options = {}) {
      const at = await target(account, ref);
      const object = await at.client.find(at.ref, { signal: options.signal });
      return object === null ? [] : toManifestEvents(await eventsAbout(at.client, object, options.signal));
    },
  };
}

function common({ fieldManager, dryRun, signal }: ChangeOptions) {
  return {
    ...(fieldManager === undefined ? {} : { fieldManager }),
    ...(dryRun === undefined ? {} : { dryRun }),
    signal,
  };
}

function propagationOf(cascade: DeleteOptions["cascade"]): "Background" | "Foreground" | "Orphan" {
  if (cascade === false) return "Orphan";
  return cascade === "foreground" ? "Foreground" : "Background";
}
