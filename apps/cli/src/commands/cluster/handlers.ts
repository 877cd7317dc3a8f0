import type { Cluster, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { Printer } from "../../output/print.ts";
import { show } from "../../output/print.ts";
import type { Cell, Column } from "../../output/table.ts";
import { toneOf } from "../../output/style.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { percent, trafficWords } from "../server-group/get.ts";

const groupColumns: readonly Column[] = [
  { title: "CLUSTER" },
  { title: "SERVER GROUP" },
  { title: "PLACE" },
  { title: "HEALTH" },
  { title: "INSTANCES", align: "right" },
  { title: "TRAFFIC", shrinkTo: 12 },
  { title: "VERSION", shrinkTo: 8 },
  { title: "AGE" },
  { title: "WHY", shrinkTo: 10 },
];

function groupRow(group: ServerGroup): Cell[] {
  const up = group.instances.filter((instance) => instance.state === "up").length;
  const role = group.canaryRole === null ? "" : ` [${group.canaryRole}]`;
  return [
    group.cluster,
    `${group.name}${role}`,
    `${group.account}/${group.region}`,
    { text: group.health.status, tone: toneOf(group.health.status) },
    `${up}/${group.capacity.desired}`,
    trafficWords(group),
    group.artifact.version ?? group.artifact.digest.slice(0, 12),
    ago(group.createdAt, Date.now()).replace(" ago", ""),
    group.health.status === "stable" ? "" : group.health.reason,
  ];
}

function printClusters(print: Printer, clusters: readonly Cluster[]): void {
  print.table(
    groupColumns,
    clusters.flatMap((cluster) => cluster.serverGroups.map(groupRow)),
    "Nothing is deployed. A pipeline with a deploy stage deploys it.",
  );
}

export async function listClusters(context: CliContext, flags: ServerFlags, application: string): Promise<void> {
  const { client } = await connect(context, flags);
  const clusters = await client.call("listClusters", { params: { application } });
  show(context, flags, clusters, (print) => printClusters(print, clusters));
}

export async function getCluster(
  context: CliContext,
  flags: ServerFlags,
  application: string,
  name: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const clusters = await client.call("listClusters", { params: { application } });
  const found = clusters.filter((cluster) => cluster.name === name);
  if (found.length === 0) {
    throw new CliError(`Application ${application} has no cluster ${name}.`, {
      next:
        clusters.length === 0
          ? ["Nothing is deployed yet."]
          : [`It has: ${clusters.map((cluster) => cluster.name).join(", ")}`],
    });
  }
  show(context, flags, found.length === 1 ? found[0] : found, (print) => {
    printClusters(print, found);
    print.text("\n");
    print.table(
      [
        { title: "INSTANCE" },
        { title: "SERVER GROUP" },
        { title: "ZONE" },
        { title: "STATE" },
        { title: "RESTARTS", align: "right" },
        { title: "WHY", shrinkTo: 10 },
      ],
      found
        .flatMap((cluster) => cluster.serverGroups)
        .flatMap((group) =>
          group.instances.map(({ id, zone, state, restarts, reason }) => [
            id,
            group.name,
            zone,
            { text: state, tone: toneOf(state) },
            restarts,
            reason,
          ]),
        ),
      "No instances.",
    );
  });
}

export async function listLoadBalancers(context: CliContext, flags: ServerFlags, application: string): Promise<void> {
  const { client } = await connect(context, flags);
  const balancers = await client.call("listLoadBalancers", { params: { application } });
  show(context, flags, balancers, (print) =>
    print.table(
      [
        { title: "LOAD BALANCER" },
        { title: "PLACE" },
        { title: "PORT", align: "right" },
        { title: "STATE" },
        { title: "REQ/S", align: "right" },
        { title: "SERVER GROUP" },
        { title: "SHARE", align: "right" },
        { title: "MEASURED", align: "right" },
        { title: "HEALTHY", align: "right" },
        { title: "WHY", shrinkTo: 10 },
      ],
      balancers.flatMap((balancer) => {
        const head: Cell[] = [
          balancer.name,
          `${balancer.account}/${balancer.region}`,
          balancer.port,
          { text: balancer.state, tone: toneOf(balancer.state) },
          balancer.requestsPerSecond === null ? "" : Math.round(balancer.requestsPerSecond * 10) / 10,
        ];
        if (balancer.targets.length === 0) return [[...head, "(none)", "", "", "", balancer.reason]];
        return balancer.targets.map((target, index) => [
          ...(index === 0 ? head : head.map(() => "")),
          target.serverGroup,
          target.disabled ? { text: "disabled", tone: "dim" as const } : percent(target.requestedPercent),
          target.measuredPercent === null ? "" : percent(target.measuredPercent),
          `${target.healthyInstances}/${target.totalInstances}`,
          index === 0 ? balancer.reason : "",
        ]);
      }),
      "There are no load balancers. A pipeline with an upsertLoadBalancer stage makes one.",
    ),
  );
}
