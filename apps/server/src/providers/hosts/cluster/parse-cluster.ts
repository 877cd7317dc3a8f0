import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { clusterName, namePartProblem } from "../../port/naming.ts";
import { type FieldReader, pointerTo, readFields } from "./field-reader.ts";
import type { AccountShape, HealthCheck, Launch } from "./launch.ts";
import { readArtifact, readCapacity, readCommand, readEnvironment, readTextList } from "./parse-parts.ts";

/**
 * Reads a `deploy` cluster for this provider. Fields it does not know are left alone.
 * With `expressions`, values that are still `${…}` pass; `launch` is usable only when there are no problems.
 */
export function parseCluster(
  cluster: JsonObject,
  account: AccountShape,
  options: { expressions: boolean },
): { launch: Launch; problems: Problem[] } {
  const reader = readFields(cluster, options.expressions);
  const moniker = readMoniker(reader);
  const provider = reader.text("cloudProvider", "hosts");
  if (provider !== "hosts" && !reader.open(provider))
    reader.problem("/cloudProvider", 'must be "hosts" for this provider');
  const accountName = reader.text("account", reader.text("credentials", account.name));
  if (accountName !== account.name && !reader.open(accountName)) {
    reader.problem("/account", `no hosts account is called "${accountName}"; there is "${account.name}"`);
  }
  const { region, zones } = readPlace(cluster, reader, account);

  const launch: Launch = {
    ...moniker,
    account: accountName,
    region,
    zones,
    cluster: clusterName(moniker),
    capacity: readCapacity(reader),
    loadBalancers: readTextList(cluster["loadBalancers"], "/loadBalancers", reader),
    artifact: readArtifact(cluster, reader),
    command: readCommand(cluster["command"], reader),
    env: readEnvironment(reader),
    healthCheck: readHealthCheck(reader),
    stopTimeoutSec: reader.integer("stopTimeoutSec", 10, { min: 0, max: 3600 }),
    drainSec: reader.integer("drainSec", 1, { min: 0, max: 3600 }),
    progressDeadlineSec: reader.integer("progressDeadlineSec", 120, { min: 1, max: 86_400 }),
    canaryRole: readCanaryRole(cluster, reader),
    metricsPath: readMetricsPath(reader),
    dark: readDark(reader),
  };
  if (launch.cluster.length > 200)
    reader.problem("/freeFormDetails", "makes the cluster's name longer than 200 characters");
  return { launch, problems: reader.problems };
}

function readMoniker(reader: FieldReader): { application: string; stack: string; detail: string } {
  const moniker = {
    application: reader.text("application", "").toLowerCase(),
    stack: reader.text("stack", ""),
    detail: reader.text("freeFormDetails", reader.text("detail", "")),
  };
  const fields = { application: "application", stack: "stack", detail: "freeFormDetails" } as const;
  for (const part of ["application", "stack", "detail"] as const) {
    if (reader.open(moniker[part])) continue;
    const reason = namePartProblem(part, moniker[part]);
    if (reason !== null) reader.problem(`/${fields[part]}`, reason);
  }
  return moniker;
}

/** The region is `region`, or the only key of `availabilityZones`, or the account's first. */
function readPlace(
  cluster: JsonObject,
  reader: FieldReader,
  account: AccountShape,
): { region: string; zones: readonly string[] } {
  const wanted = reader.object("availabilityZones")?.value ?? {};
  const named = Object.keys(wanted);
  const region = reader.text("region", named[0] ?? account.regions[0]?.name ?? "");
  if (reader.open(region)) return { region, zones: [] };
  const known = account.regions.find(({ name }) => name === region);
  if (known === undefined) {
    const names = account.regions.map(({ name }) => name).join(", ");
    reader.problem(
      cluster["region"] === undefined ? "/availabilityZones" : "/region",
      `account "${account.name}" has no region "${region}"; it has: ${names}`,
    );
    return { region, zones: [] };
  }
  for (const other of named) {
    if (other !== region)
      reader.problem(pointerTo("/availabilityZones", other), `the server group's region is "${region}"`);
  }
  if (wanted[region] === undefined) return { region, zones: known.zones };
  const pointer = pointerTo("/availabilityZones", region);
  const zones = readTextList(wanted[region], pointer, reader);
  zones.forEach((zone, index) => {
    if (!known.zones.includes(zone) && !reader.open(zone)) {
      reader.problem(
        pointerTo(pointer, index),
        `region "${region}" has no zone "${zone}"; it has: ${known.zones.join(", ")}`,
      );
    }
  });
  return { region, zones: zones.length === 0 ? known.zones : [...new Set(zones)] };
}

function readHealthCheck(reader: FieldReader): HealthCheck | null {
  const check = reader.object("healthCheck")?.reader;
  if (check === undefined) return null;
  const path = check.text("path", "");
  if (!path.startsWith("/") && !check.open(path))
    reader.problem("/healthCheck/path", 'must be a path that begins with "/"');
  else if (!/^[!-"$-~]*$/.test(path) && !check.open(path)) {
    reader.problem("/healthCheck/path", "may hold printable ASCII without spaces and # only; percent-encode the rest");
  }
  return {
    path,
    intervalMs: check.integer("intervalMs", 2000, { min: 50, max: 3_600_000 }),
    timeoutMs: check.integer("timeoutMs", 1000, { min: 10, max: 600_000 }),
    healthy: check.integer("healthy", 2, { min: 1, max: 100 }),
    unhealthy: check.integer("unhealthy", 3, { min: 1, max: 100 }),
  };
}

function readCanaryRole(cluster: JsonObject, reader: FieldReader): Launch["canaryRole"] {
  const role = cluster["canaryRole"] ?? null;
  if (role === null || role === "baseline" || role === "canary") return role;
  if (!reader.open(role)) reader.problem("/canaryRole", 'must be "baseline" or "canary"');
  return null;
}

function readMetricsPath(reader: FieldReader): string | null {
  const metrics = reader.object("metrics")?.reader;
  if (metrics === undefined) return null;
  const path = metrics.text("path", "/metrics");
  if (!path.startsWith("/") && !metrics.open(path))
    reader.problem("/metrics/path", 'must be a path that begins with "/"');
  return path;
}

function readDark(reader: FieldReader): boolean {
  const management = reader.object("trafficManagement");
  if (management === null || management.value["enabled"] !== true) return false;
  const options = management.value["options"];
  return isJsonObject(options) && options["enableTraffic"] === false;
}
