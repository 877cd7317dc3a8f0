import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { Button, Menu } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ShareBar } from "../../ui/data/share-bar.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { healthLooks, instanceLooks } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import { instanceCounts, shortName, versionOf } from "./cluster-filter.ts";
import styles from "./clusters.module.css";
import { actionsFor, type Action } from "./operations.ts";

const InstanceTable = lazy(() => import("./instance-table.tsx").then((module) => ({ default: module.InstanceTable })));
const OperationDialog = lazy(() =>
  import("./operation-dialog.tsx").then((module) => ({ default: module.OperationDialog })),
);

export function ServerGroupRow({ group, isNewest }: { group: ServerGroup; isNewest: boolean }) {
  const { t, explain } = useI18n();
  const [open, setOpen] = useState(false);
  const [action, setAction] = useState<Action | null>(null);
  const { health } = group;
  const why = explain({ code: `health.${health.code}`, message: health.reason });
  return (
    <li className={styles["group"]} data-disabled={group.disabled} data-health={health.status}>
      <div className={styles["row"]}>
        <div className={styles["identity"]}>
          <button
            type="button"
            className={styles["opener"]}
            aria-expanded={open}
            aria-label={open ? t.common.collapse(group.name) : t.common.expand(group.name)}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">{open ? "▾" : "▸"}</span>
          </button>
          <div>
            <p className={styles["name"]} title={group.name}>
              {shortName(group)}
              {group.disabled ? <span className={styles["badge"]}>{t.clusters.disabled}</span> : null}
              {group.canaryRole ? (
                <span className={styles["badge"]} data-role={group.canaryRole}>
                  {t.clusters[group.canaryRole]}
                </span>
              ) : null}
              {isNewest ? (
                <span className={styles["badge"]} data-role="newest">
                  {t.clusters.newest}
                </span>
              ) : null}
            </p>
            <p className={styles["version"]}>
              <strong title={group.artifact.reference}>{versionOf(group)}</strong>
              <span className="muted" title={group.artifact.digest}>
                {" "}
                · {group.region} · <Ago time={group.createdAt} />
              </span>
            </p>
          </div>
        </div>
        <div className={styles["health"]}>
          <MarkText look={healthLooks[health.status]}>{t.health[health.status]}</MarkText>
          {why.text !== "" ? <p className="muted">{why.text}</p> : null}
        </div>
        <Instances group={group} />
        <Traffic group={group} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="compact-sm" variant="default" aria-label={t.common.actions(group.name)}>
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {actionsFor(group).map((each) => (
              <Menu.Item
                key={each}
                {...(each === "destroy" ? { color: "var(--bad)" } : {})}
                onClick={() => setAction(each)}
              >
                {t.clusters.actions[each]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <Suspense fallback={null}>
        {open ? <InstanceTable group={group} /> : null}
        {action ? <OperationDialog action={action} group={group} onClose={() => setAction(null)} /> : null}
      </Suspense>
    </li>
  );
}

/** Each instance as a small shape, and the states in words with their numbers. */
function Instances({ group }: { group: ServerGroup }) {
  const { t, reason } = useI18n();
  if (group.instances.length === 0) return <p className="muted">{t.clusters.noInstances}</p>;
  return (
    <div className={styles["instances"]}>
      <div className={styles["shapes"]} aria-hidden="true">
        {group.instances.slice(0, 60).map((instance) => (
          <span
            key={instance.id}
            title={`${instance.zone}: ${t.instanceStates[instance.state]}. ${reason(instance.reason)}`}
          >
            <Mark look={instanceLooks[instance.state]} size={15} />
          </span>
        ))}
      </div>
      <p className={`num ${styles["counts"]}`}>
        {instanceCounts(group)
          .map(([state, n]) => `${n} ${t.instanceStates[state]}`)
          .join(", ")}
      </p>
    </div>
  );
}

function Traffic({ group }: { group: ServerGroup }) {
  const { t, format } = useI18n();
  if (group.traffic.length === 0) return <p className={`muted ${styles["traffic"]}`}>{t.clusters.noTraffic}</p>;
  return (
    <div className={styles["traffic"]}>
      {group.traffic.map(({ loadBalancer, requestedPercent, measuredPercent }) => (
        <ShareBar
          key={loadBalancer}
          requested={requestedPercent}
          measured={measuredPercent}
          label={t.clusters.share(
            loadBalancer,
            format.percent(requestedPercent),
            measuredPercent === null ? null : format.percent(measuredPercent),
          )}
          name={loadBalancer}
        />
      ))}
    </div>
  );
}
