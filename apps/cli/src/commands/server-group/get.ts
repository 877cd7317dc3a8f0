import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { renderFields } from "../../output/table.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { findServerGroup } from "./find-server-group.ts";

export async function getServerGroup(context: CliContext, flags: ServerFlags, text: string): Promise<void> {
  const { client } = await connect(context, flags);
  const group = await findServerGroup(client, text);
  show(context, flags, group, (print) => {
    const { capacity, health, artifact } = group;
    print.text(
      renderFields(
        [
          ["Name", group.name],
          ["Place", `${group.account}/${group.region} (${group.zones.join(", ")})`],
          ["Cluster", group.cluster],
          [
            "Health",
            {
              text: `${health.status}${health.reason === "" ? "" : `: ${health.reason}`}`,
              tone: toneOf(health.status),
            },
          ],
          ["Traffic", trafficWords(group)],
          ["Size", `${capacity.desired} (${capacity.min} to ${capacity.max})`],
          ["Version", artifact.version],
          ["Artifact", artifact.reference],
          ["Digest", artifact.digest],
          ["Canary role", group.canaryRole],
          ["Created", `${group.createdAt} (${ago(group.createdAt, Date.now())})`],
        ],
        print.style,
      ),
    );
    print.text("\n");
    print.table(
      [
        { title: "INSTANCE" },
        { title: "ZONE" },
        { title: "STATE" },
        { title: "ADDRESS" },
        { title: "RESTARTS", align: "right" },
        { title: "STARTED" },
        { title: "WHY", shrinkTo: 10 },
      ],
      group.instances.map(({ id, zone, state, address, port, restarts, startedAt, reason }) => [
        id,
        zone,
        { text: state, tone: toneOf(state) },
        address === null ? "" : `${address}${port === null ? "" : `:${port}`}`,
        restarts,
        ago(startedAt, Date.now()),
        reason,
      ]),
      "No instances.",
    );
  });
}

/** `shop 90% (measured 88.5%)`, or why there is none. */
export function trafficWords(group: ServerGroup): string {
  if (group.disabled) return "disabled: takes no traffic";
  const shares = group.traffic.map(
    ({ loadBalancer, requestedPercent, measuredPercent }) =>
      `${loadBalancer} ${percent(requestedPercent)}${measuredPercent === null ? "" : ` (measured ${percent(measuredPercent)})`}`,
  );
  return shares.length > 0 ? shares.join(", ") : "no load balancer";
}

export function percent(value: number): string {
  return `${Math.round(value * 10) / 10}%`;
}
