import { codeClasses, durationBounds, upstreamErrorKinds } from "../proxy/counters.ts";
import type { BalancerRuntime, GroupRuntime, InstanceRuntime } from "../proxy/model.ts";
import type { Runtime } from "../proxy/runtime.ts";

/** Prometheus text exposition format 0.0.4. */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

function label(name: string, value: string): string {
  return `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
}

function groupLabels(group: GroupRuntime): string {
  const { application, account, region, cluster } = group.labels;
  return [
    label("load_balancer", group.balancer),
    label("server_group", group.name),
    label("application", application),
    label("account", account),
    label("region", region),
    label("cluster", cluster),
  ].join(",");
}

interface Shown {
  group: GroupRuntime;
  labels: string;
  instances: InstanceRuntime[];
}

/** Present groups and instances, and those removed a short while ago: their last counts must still be scraped. */
function shownGroups(runtime: Runtime): Shown[] {
  const shown = new Map<GroupRuntime, Shown>();
  const add = (group: GroupRuntime): Shown => {
    const known = shown.get(group);
    if (known) return known;
    const entry = { group, labels: groupLabels(group), instances: [...group.instances] };
    shown.set(group, entry);
    return entry;
  };
  for (const balancer of runtime.balancers.values()) for (const group of balancer.groups) add(group);
  for (const { group, instance } of runtime.departed) {
    const entry = add(group);
    // An instance that came back under its id is one series; the present object goes on alone.
    if (instance && !entry.instances.some(({ id }) => id === instance.id)) entry.instances.push(instance);
  }
  return [...shown.values()];
}

export interface BuildFacts {
  version: string;
  since: Date;
}

export function buildMetrics(runtime: Runtime, facts: BuildFacts): string {
  const out: string[] = [];
  const family = (name: string, type: string, help: string): void => {
    out.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  };
  const groups = shownGroups(runtime);
  const balancers = [...runtime.balancers.values()];

  family("gateway_requests_total", "counter", "Answered requests by server group, instance and code class.");
  for (const { labels, instances } of groups) {
    for (const instance of instances) {
      const whose = `${labels},${label("instance", instance.id)},${label("zone", instance.zone)}`;
      pushClasses(out, "gateway_requests_total", whose, instance.answers);
    }
  }
  family("gateway_unrouted_requests_total", "counter", "Requests the gateway refused or had nowhere to send.");
  for (const balancer of balancers) {
    pushClasses(out, "gateway_unrouted_requests_total", label("load_balancer", balancer.name), balancer.unrouted);
  }
  family("gateway_request_duration_milliseconds", "histogram", "From the request head to the last byte of the answer.");
  for (const { group, labels } of groups) pushHistogram(out, group, labels);
  family("gateway_requests_in_flight", "gauge", "Requests and upgraded streams under way.");
  for (const { group, labels } of groups) out.push(`gateway_requests_in_flight{${labels}} ${group.inFlight}`);
  family(
    "gateway_upstream_errors_total",
    "counter",
    "Attempts an instance failed, whether or not another one answered.",
  );
  for (const { group, labels } of groups) {
    for (const kind of upstreamErrorKinds) {
      out.push(`gateway_upstream_errors_total{${labels},reason="${kind}"} ${group.counters.upstreamErrors[kind]}`);
    }
  }
  family("gateway_retries_total", "counter", "Attempts that were repeated.");
  for (const { group, labels } of groups) out.push(`gateway_retries_total{${labels}} ${group.counters.retries}`);
  family("gateway_client_aborts_total", "counter", "Requests whose client left before the answer was whole.");
  for (const { group, labels } of groups)
    out.push(`gateway_client_aborts_total{${labels}} ${group.counters.clientAborts}`);
  family("gateway_mirrored_requests_total", "counter", "Copies of requests sent to the group.");
  for (const { group, labels } of groups)
    out.push(`gateway_mirrored_requests_total{${labels}} ${group.counters.mirrored}`);
  family("gateway_healthy_instances", "gauge", "Instances that can take a request now.");
  for (const { group, labels } of groups)
    out.push(`gateway_healthy_instances{${labels}} ${group.removed ? 0 : group.routable.length}`);
  family("gateway_weight_percent", "gauge", "Configured weight.");
  for (const { group, labels } of groups)
    out.push(`gateway_weight_percent{${labels}} ${group.removed ? 0 : group.weight}`);
  pushProcess(out, family, runtime, balancers, facts);
  return `${out.join("\n")}\n`;
}

function pushClasses(out: string[], name: string, labels: string, counts: readonly number[]): void {
  for (const [index, codeClass] of codeClasses.entries()) {
    out.push(`${name}{${labels},code_class="${codeClass}"} ${counts[index] ?? 0}`);
  }
}

function pushHistogram(out: string[], group: GroupRuntime, labels: string): void {
  const name = "gateway_request_duration_milliseconds";
  let count = 0;
  for (const [index, bound] of durationBounds.entries()) {
    count += group.counters.durations[index] ?? 0;
    out.push(`${name}_bucket{${labels},le="${bound}"} ${count}`);
  }
  count += group.counters.durations[durationBounds.length] ?? 0;
  out.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
  out.push(`${name}_sum{${labels}} ${group.counters.durationSum}`, `${name}_count{${labels}} ${count}`);
}

function pushProcess(
  out: string[],
  family: (name: string, type: string, help: string) => void,
  runtime: Runtime,
  balancers: readonly BalancerRuntime[],
  facts: BuildFacts,
): void {
  family("gateway_client_connections", "gauge", "Open connections of clients.");
  for (const { name, clientConnections } of balancers) {
    out.push(`gateway_client_connections{${label("load_balancer", name)}} ${clientConnections}`);
  }
  family("gateway_generation", "gauge", "Generation of the snapshot in force.");
  out.push(`gateway_generation ${runtime.generation}`);
  family("gateway_build_info", "gauge", "Always 1; the labels say what runs.");
  out.push(`gateway_build_info{${label("version", facts.version)},${label("node", process.versions.node)}} 1`);
  family("process_start_time_seconds", "gauge", "Start of the process since the epoch.");
  out.push(`process_start_time_seconds ${facts.since.getTime() / 1000}`);
  family("process_resident_memory_bytes", "gauge", "Resident memory.");
  out.push(`process_resident_memory_bytes ${process.memoryUsage.rss()}`);
  family("process_cpu_seconds_total", "counter", "User and system time.");
  const { user, system } = process.cpuUsage();
  out.push(`process_cpu_seconds_total ${(user + system) / 1e6}`);
}
