import type { Instance, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { instanceLooks } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import { usageOf } from "./cluster-filter.ts";
import styles from "./clusters.module.css";

const LogsDrawer = lazy(() => import("./logs-drawer.tsx").then((module) => ({ default: module.LogsDrawer })));

/** A server group's facts and every instance with state, place, use of the machine and logs. */
export function InstanceTable({ group }: { group: ServerGroup }) {
  const { t } = useI18n();
  const [logs, setLogs] = useState<Instance | null>(null);
  const columns = t.clusters.columns;
  return (
    <div className={styles["details"]}>
      <dl className={styles["facts"]}>
        <div>
          <dt>{t.clusters.artifact}</dt>
          <dd className="mono">{group.artifact.reference}</dd>
        </div>
        <div>
          <dt>{t.clusters.digest}</dt>
          <dd className="mono">{group.artifact.digest}</dd>
        </div>
        <div>
          <dt>{t.clusters.capacity}</dt>
          <dd className="num">
            {t.clusters.capacityText(group.capacity.min, group.capacity.desired, group.capacity.max)}
          </dd>
        </div>
        <div>
          <dt>{t.clusters.zones}</dt>
          <dd>{group.zones.length === 0 ? t.common.none : group.zones.join(", ")}</dd>
        </div>
      </dl>
      {group.instances.length === 0 ? (
        <p className="muted">{t.clusters.noInstances}</p>
      ) : (
        <ScrollRegion className={styles["scroll"]} label={`${t.clusters.instances}: ${group.name}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.instance}</th>
                <th scope="col">{columns.state}</th>
                <th scope="col">{columns.zone}</th>
                <th scope="col">{columns.address}</th>
                <th scope="col" className={styles["end"]}>
                  {columns.cpu}
                </th>
                <th scope="col" className={styles["end"]}>
                  {columns.memory}
                </th>
                <th scope="col" className={styles["end"]}>
                  {columns.restarts}
                </th>
                <th scope="col">{columns.started}</th>
                <th scope="col">
                  <span className="visually-hidden">{t.clusters.logs}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {group.instances.map((instance) => (
                <InstanceRow key={instance.id} instance={instance} onLogs={() => setLogs(instance)} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {logs ? (
        <Suspense fallback={null}>
          <LogsDrawer group={group} instance={logs.id} onClose={() => setLogs(null)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function InstanceRow({ instance, onLogs }: { instance: Instance; onLogs(): void }) {
  const { t, format, reason } = useI18n();
  const { cpuPercent, memoryBytes } = usageOf(instance.details);
  return (
    <tr>
      <th scope="row" className="mono">
        {instance.id}
      </th>
      <td>
        <MarkText look={instanceLooks[instance.state]}>{t.instanceStates[instance.state]}</MarkText>
        {instance.state !== "up" && instance.reason !== "" ? (
          <p className={`muted ${styles["reason"]}`}>{reason(instance.reason)}</p>
        ) : null}
      </td>
      <td>{instance.zone}</td>
      <td className="mono nowrap">{instance.port === null ? "–" : `${instance.address ?? ""}:${instance.port}`}</td>
      <td className={`num ${styles["end"]}`}>{cpuPercent === null ? "–" : format.percent(cpuPercent)}</td>
      <td className={`num ${styles["end"]}`}>{memoryBytes === null ? "–" : format.bytes(memoryBytes)}</td>
      <td className={`num ${styles["end"]}`}>{format.number(instance.restarts)}</td>
      <td>{instance.startedAt ? <Ago time={instance.startedAt} /> : "–"}</td>
      <td className={styles["end"]}>
        <Button size="compact-xs" variant="default" onClick={onLogs} aria-label={t.clusters.logsOf(instance.id)}>
          {t.clusters.logs}
        </Button>
      </td>
    </tr>
  );
}
