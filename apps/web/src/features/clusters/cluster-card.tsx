import type { Cluster } from "@gennaker/contract/resources/cluster.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { newestName } from "./cluster-filter.ts";
import styles from "./clusters.module.css";
import { ServerGroupRow } from "./server-group-row.tsx";

export function ClusterCard({ cluster }: { cluster: Cluster }) {
  const { t } = useI18n();
  const { serverGroups } = cluster;
  const instances = serverGroups.flatMap((group) => group.instances);
  const newest = newestName(serverGroups);
  return (
    <section className={styles["cluster"]} aria-label={cluster.name}>
      <header>
        <h3>{cluster.name}</h3>
        <span className="muted">{t.clusters.inPlace(cluster.account, cluster.cloudProvider)}</span>
        <span className="muted num">
          {t.clusters.serverGroups(serverGroups.length)} ·{" "}
          {t.clusters.up(instances.filter((each) => each.state === "up").length, instances.length)}
        </span>
      </header>
      <ul>
        {serverGroups.map((group) => (
          <ServerGroupRow
            key={`${group.region}/${group.name}`}
            group={group}
            isNewest={group.name === newest && serverGroups.length > 1}
          />
        ))}
      </ul>
    </section>
  );
}
