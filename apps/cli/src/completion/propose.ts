import type { CliContext } from "../context.ts";
import { addressFor } from "../settings/connection.ts";
import { contextsPath, readContexts } from "../settings/contexts.ts";

/** Nobody waits longer for a proposal. */
const patienceMs = 700;

/** One GET of the own API by hand: the typed client would load the whole contract on every press of TAB. */
async function ask(context: CliContext, path: string): Promise<Record<string, unknown>[]> {
  try {
    const { server, headers } = await addressFor(context, {});
    const response = await fetch(`${server}/api/v1${path}`, { headers, signal: AbortSignal.timeout(patienceMs) });
    const body: unknown = response.ok ? await response.json() : [];
    return Array.isArray(body) ? (body as Record<string, unknown>[]) : [];
  } catch {
    return [];
  }
}

function texts(rows: readonly Record<string, unknown>[], field: string, start: string): string[] {
  return rows
    .map((row) => row[field])
    .filter((value): value is string => typeof value === "string" && value.startsWith(start));
}

export async function proposeApplications(this: CliContext, partial: string): Promise<string[]> {
  return texts(await ask(this, "/applications"), "name", partial);
}

/** `application/` first, then `application/pipeline`. */
export async function proposePipelines(this: CliContext, partial: string): Promise<string[]> {
  const slash = partial.indexOf("/");
  if (slash < 0) return (await proposeApplications.call(this, partial)).map((name) => `${name}/`);
  const application = partial.slice(0, slash);
  const rows = await ask(this, `/applications/${encodeURIComponent(application)}/pipelines`);
  return texts(rows, "name", "")
    .map((name) => `${application}/${name}`)
    .filter((name) => name.startsWith(partial));
}

export async function proposeExecutions(this: CliContext, partial: string): Promise<string[]> {
  return texts(await ask(this, "/executions?limit=30"), "id", partial);
}

export async function proposeServerGroups(this: CliContext, partial: string): Promise<string[]> {
  const found: string[] = [];
  const all = await proposeApplications.call(this, "");
  for (const application of all.filter((name) => name.startsWith(partial) || partial.startsWith(name))) {
    const clusters = await ask(this, `/applications/${encodeURIComponent(application)}/clusters`);
    for (const cluster of clusters)
      found.push(...texts(cluster["serverGroups"] as Record<string, unknown>[], "name", partial));
  }
  return found;
}

export async function proposeCanaryConfigs(this: CliContext, partial: string): Promise<string[]> {
  return texts(await ask(this, "/canary-configs"), "id", partial);
}

export async function proposeContexts(this: CliContext, partial: string): Promise<string[]> {
  const known = await readContexts(contextsPath(this.process.env)).catch(() => null);
  return Object.keys(known?.contexts ?? {}).filter((name) => name.startsWith(partial));
}
