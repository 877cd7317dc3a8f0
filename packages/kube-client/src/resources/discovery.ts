import { KubeError } from "../errors.ts";
import type { Sender } from "../http/sender.ts";
import type { KindRef } from "../objects.ts";
import type { DiscoveryAnswer, DiscoveryProblem } from "./read-discovery.ts";
import { readAggregated, readGroupVersions, readResourceList } from "./read-discovery.ts";
import type { Resource } from "./resource.ts";
import { resourceName } from "./resource.ts";

export type Discovery = {
  /** Everything the server offers, and the group versions that could not be read. */
  all(): Promise<DiscoveryAnswer>;
  /** The resource of a kind; asks the server again when it is unknown, since its definition may be new. */
  resolve(kind: KindRef): Promise<Resource>;
  /** By what people type: `deploy`, `deployments`, `Deployment`, `deployments.apps`, `deployments.v1.apps`. */
  find(name: string): Promise<Resource>;
  /** The next question asks the server: after a definition was changed or removed. */
  invalidate(): void;
};

const aggregatedTypes = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

/**
 * What the server serves, kept for `maxAgeMs`. Unknown kinds refresh it at most every `minRefreshMs`, so that a
 * manifest of a kind that does not exist, asked for in a loop, does not become a storm of discovery requests.
 */
export function createDiscovery(
  sender: Sender,
  options: { maxAgeMs?: number; minRefreshMs?: number; now?: () => number } = {},
): Discovery {
  const { maxAgeMs = 600_000, minRefreshMs = 2_000, now = () => performance.now() } = options;
  let known: { at: number; answer: Promise<DiscoveryAnswer> } | null = null;
  let stale = false;

  function load(): Promise<DiscoveryAnswer> {
    const answer = ask(sender);
    const mine = { at: now(), answer };
    known = mine;
    stale = false;
    answer.catch(() => {
      if (known === mine) known = null;
    });
    return answer;
  }

  function all(): Promise<DiscoveryAnswer> {
    return known === null || stale || now() - known.at > maxAgeMs ? load() : known.answer;
  }

  async function search(
    match: (resources: Resource[]) => Resource | undefined,
    missing: (p: DiscoveryProblem[]) => KubeError,
  ) {
    let answer = await all();
    let found = match(answer.resources);
    if (found === undefined && (known === null || now() - known.at >= minRefreshMs)) {
      answer = await load();
      found = match(answer.resources);
    }
    if (found === undefined) throw missing(answer.problems);
    return found;
  }

  return {
    all,
    resolve: (kind) =>
      search(
        (resources) => resources.find((entry) => entry.kind === kind.kind && entry.apiVersion === kind.apiVersion),
        (problems) => unknownKind(`${kind.kind} of ${kind.apiVersion}`, problems, kind.apiVersion),
      ),
    find: (name) =>
      search(
        (resources) => matchName(resources, name),
        (problems) => unknownKind(`"${name}"`, problems),
      ),
    invalidate() {
      stale = true;
    },
  };
}

async function ask(sender: Sender): Promise<DiscoveryAnswer> {
  const [core, groups] = await Promise.all([
    get(sender, "/api", aggregatedTypes),
    get(sender, "/apis", aggregatedTypes),
  ]);
  const [first, second] = [readAggregated(core), readAggregated(groups)];
  if (first !== null && second !== null) {
    return {
      resources: [...first.resources, ...second.resources],
      problems: [...first.problems, ...second.problems],
    };
  }
  return askEach(sender, ["v1", ...readGroupVersions(groups)]);
}

/** The older protocol: one question per group version. A group whose server is down does not hide the others. */
async function askEach(sender: Sender, groupVersions: readonly string[]): Promise<DiscoveryAnswer> {
  const problems: DiscoveryProblem[] = [];
  const lists = await Promise.all(
    groupVersions.map(async (groupVersion) => {
      const path = groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
      try {
        return readResourceList(groupVersion, await get(sender, path, "application/json"));
      } catch (error) {
        if (!(error instanceof KubeError) || error.code < 404) throw error;
        problems.push({ groupVersion, reason: error.serverMessage });
        return [];
      }
    }),
  );
  return { resources: lists.flat(), problems };
}

function get(sender: Sender, path: string, accept: string): Promise<unknown> {
  return sender.json({ verb: "get", resource: "discovery", method: "GET", path, accept });
}

/**
 * Exact plural names go before singular names, kinds and short names; the server's own order (the core group first,
 * preferred versions first) decides among equals, as it does for kubectl.
 */
function matchName(resources: readonly Resource[], name: string): Resource | undefined {
  const [word = "", ...rest] = name.toLowerCase().split(".");
  const suffix = rest.join(".");
  const inGroup = resources.filter(
    (entry) => suffix === "" || entry.group === suffix || suffix === `${entry.version}.${entry.group}`,
  );
  return (
    inGroup.find((entry) => entry.plural === word) ??
    inGroup.find((entry) => entry.singular === word || entry.kind.toLowerCase() === word) ??
    inGroup.find((entry) => entry.shortNames.includes(word)) ??
    resources.find((entry) => resourceName(entry) === name.toLowerCase())
  );
}

function unknownKind(what: string, problems: readonly DiscoveryProblem[], groupVersion?: string): KubeError {
  const problem = problems.find((entry) => entry.groupVersion === groupVersion);
  return new KubeError({
    code: 404,
    reason: "UnknownKind",
    message: problem
      ? `the cluster cannot say whether it serves ${what}: ${problem.reason}.`
      : `the cluster does not serve ${what}.`,
    retryable: problem !== undefined,
  });
}
