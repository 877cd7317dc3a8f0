/**
 * Server group names as Frigga (Spinnaker's moniker library) reads them: `app-stack-detail-vNNN`.
 * Application and stack hold no hyphen, a detail may. A detail without a stack leaves the stack empty: `app--detail`.
 */
export type Moniker = { application: string; stack: string; detail: string };

export type ServerGroupMoniker = Moniker & { cluster: string; sequence: number };

/** The highest number before the sequence wraps to 0. */
export const LAST_SEQUENCE = 999;

const wordPattern = /^[A-Za-z0-9._]+$/;
const detailPattern = /^[A-Za-z0-9._~^-]+$/;
const versionSuffix = /^(.+)-v(\d{3})$/;

/** Why a part of a name cannot be used, in words; null when it can. An empty stack or detail means there is none. */
export function namePartProblem(part: keyof Moniker, value: string): string | null {
  if (value === "") return part === "application" ? "must not be empty" : null;
  if (part === "detail") {
    if (!detailPattern.test(value)) return "may hold letters, digits and . _ ~ ^ - only";
    return /(^|-)v\d{3}$/.test(value) ? "must not end like a version (vNNN), which follows it in the name" : null;
  }
  if (!wordPattern.test(value)) {
    return "may hold letters, digits, . and _ only: a hyphen separates application, stack and detail in names";
  }
  if (part === "stack" && /^v\d{3}$/.test(value))
    return "must not look like a version (vNNN), which follows it in the name";
  return null;
}

/** `app`, `app-stack`, `app-stack-detail` or `app--detail`. */
export function clusterName(moniker: Moniker): string {
  const { application, stack, detail } = moniker;
  if (detail !== "") return `${application}-${stack}-${detail}`;
  return stack === "" ? application : `${application}-${stack}`;
}

/** Reads a cluster's name; null when Frigga could not have made it. */
export function parseClusterName(name: string): Moniker | null {
  const [application = "", stack = "", ...rest] = name.split("-");
  const moniker = { application, stack, detail: rest.join("-") };
  const parts = ["application", "stack", "detail"] as const;
  if (parts.some((part) => namePartProblem(part, moniker[part]) !== null)) return null;
  return clusterName(moniker) === name ? moniker : null;
}

/** `cluster-vNNN`. Throws a RangeError for a number outside 0 … 999. */
export function serverGroupName(cluster: string, sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > LAST_SEQUENCE) {
    throw new RangeError(`A server group's number lies between 0 and ${LAST_SEQUENCE}, not ${sequence}`);
  }
  return `${cluster}-v${String(sequence).padStart(3, "0")}`;
}

/** Reads a server group's name; null when it has no `-vNNN` or its cluster's name is not Frigga's. */
export function parseServerGroupName(name: string): ServerGroupMoniker | null {
  const match = versionSuffix.exec(name);
  if (match === null) return null;
  const [, cluster = "", digits = ""] = match;
  const moniker = parseClusterName(cluster);
  return moniker === null ? null : { ...moniker, cluster, sequence: Number(digits) };
}

/** The number after `last` (null: none yet) that nobody holds, 0 following 999; null when all thousand are taken. */
export function nextSequence(last: number | null, taken: ReadonlySet<number>): number | null {
  const count = LAST_SEQUENCE + 1;
  const first = last === null ? 0 : last + 1;
  for (let step = 0; step < count; step += 1) {
    const candidate = (first + step) % count;
    if (!taken.has(candidate)) return candidate;
  }
  return null;
}
