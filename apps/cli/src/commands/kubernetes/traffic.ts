import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { toneOf } from "../../output/style.ts";
import { connect } from "../../settings/connection.ts";

export async function showTraffic(context: CliContext, flags: ServerFlags, application: string): Promise<void> {
  const { client } = await connect(context, flags);
  const found = await client.call("getKubernetesTraffic", { params: { application } });
  show(context, flags, found, (print) => {
    print.table(
      [
        { title: "LOAD BALANCER" },
        { title: "PLACE" },
        { title: "HEALTH" },
        { title: "ADDRESSES", shrinkTo: 12 },
        { title: "SERVER GROUPS", shrinkTo: 12 },
        { title: "WHY", shrinkTo: 10 },
      ],
      found.loadBalancers.map((each) => [
        each.name,
        `${each.account}/${each.region}`,
        { text: each.health.status, tone: toneOf(each.health.status) },
        each.addresses.join(", "),
        each.serverGroups.join(", ") || "(none)",
        each.health.status === "stable" ? "" : each.health.reason,
      ]),
      "There are no Services and Ingresses of this application.",
    );
    if (found.networkPolicies.length === 0) return;
    print.text("\n");
    print.table(
      [{ title: "NETWORK POLICY" }, { title: "PLACE" }, { title: "TYPES" }, { title: "SERVER GROUPS", shrinkTo: 12 }],
      found.networkPolicies.map((each) => [
        each.name,
        `${each.account}/${each.region}`,
        each.policyTypes.join(", "),
        each.serverGroups.join(", ") || "(none)",
      ]),
      "",
    );
  });
}
