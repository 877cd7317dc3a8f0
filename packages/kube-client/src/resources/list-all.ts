import { isExpired, KubeError } from "../errors.ts";
import type { Sender } from "../http/sender.ts";
import { createSlices } from "../http/slices.ts";
import type { KubeObject } from "../objects.ts";
import { readListBody, type ListEnvelope } from "./list-body.ts";
import { resourceName, resourcePath, type Resource } from "./resource.ts";

export type ListOptions = {
  /** Undefined: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Objects per page; 0 asks for everything at once. Default 500. */
  pageSize?: number;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  retries?: number;
};

/**
 * Lists page by page. `begin` is called before the first object of each run: a continue token that expired makes the
 * list start anew (twice by pages, then in one piece), and what came before must be thrown away, since pages of
 * different times do not make one state.
 */
export async function listAll(
  sender: Sender,
  resource: Resource,
  options: ListOptions,
  handlers: { begin(): void; item(item: KubeObject): void },
): Promise<ListEnvelope> {
  const pageSizes = [options.pageSize ?? 500, options.pageSize ?? 500, 0];
  for (const [run, pageSize] of pageSizes.entries()) {
    handlers.begin();
    try {
      return await listRun(sender, resource, { ...options, pageSize }, handlers.item);
    } catch (error) {
      if (!isExpired(error) || run === pageSizes.length - 1) throw error;
    }
  }
  throw new KubeError({ code: 410, reason: "Expired", message: `${resourceName(resource)} cannot be listed.` });
}

async function listRun(
  sender: Sender,
  resource: Resource,
  options: ListOptions & { pageSize: number },
  onItem: (item: KubeObject) => void,
): Promise<ListEnvelope> {
  const slices = createSlices();
  let token = "";
  for (;;) {
    const page = await listPage(sender, resource, options, token, (body) =>
      readListBody(body, resource, slices, onItem),
    );
    if (page.continueToken === "") return page;
    token = page.continueToken;
  }
}

async function listPage(
  sender: Sender,
  resource: Resource,
  options: ListOptions & { pageSize: number },
  token: string,
  read: (body: Awaited<ReturnType<Sender["stream"]>>) => Promise<ListEnvelope>,
): Promise<ListEnvelope> {
  const limit = AbortSignal.timeout(Math.ceil(options.timeoutMs ?? 60_000));
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const path = resourcePath(resource, { namespace: options.namespace });
  try {
    const body = await sender.stream({
      verb: "list",
      resource: resourceName(resource),
      method: "GET",
      path,
      query: {
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        limit: options.pageSize === 0 ? undefined : options.pageSize,
        continue: token,
      },
      signal,
      ...(options.retries === undefined ? {} : { retries: options.retries }),
    });
    return await read(body);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof KubeError) throw error;
    throw new KubeError({
      code: 0,
      reason: limit.aborted ? "Timeout" : "Unreachable",
      message: limit.aborted ? "a page of the list took too long." : `the list broke off: ${String(error)}.`,
      method: "GET",
      path,
      cause: error,
    });
  }
}
