import type { LoadBalancer } from "@gennaker/contract/resources/cluster.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { instanceLooks } from "../../ui/status/look.ts";
import { Mark } from "../../ui/status/mark.tsx";
import styles from "./load-balancers.module.css";
import { segments } from "./split.ts";

/** The whole of a load balancer's traffic as one bar, and below it each server group's share in numbers. */
export function SplitBar({ balancer }: { balancer: LoadBalancer }) {
  const { t, format } = useI18n();
  const texts = t.loadBalancers;
  const { targets } = balancer;
  if (targets.length === 0) return <p className="muted">{texts.noTargets}</p>;
  return (
    <>
      <div className={styles["bar"]} aria-hidden="true">
        {segments(targets).map(({ name, percent, index }) => (
          <span
            key={name}
            style={{ flexGrow: percent }}
            data-index={index % 6}
            title={`${name}: ${format.percent(percent)}`}
          >
            {percent >= 25 ? name : null} {percent >= 6 ? <strong>{format.percent(percent)}</strong> : null}
          </span>
        ))}
      </div>
      <ScrollRegion className={styles["scroll"]} label={`${texts.split}: ${balancer.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.columns.target}</th>
              <th scope="col" className={styles["end"]}>
                {texts.columns.requested}
              </th>
              <th scope="col" className={styles["end"]}>
                {texts.columns.measured}
              </th>
              <th scope="col" className={styles["end"]}>
                {texts.columns.healthy}
              </th>
            </tr>
          </thead>
          <tbody>
            {targets.map((target, index) => (
              <tr key={target.serverGroup}>
                <th scope="row">
                  <span className={styles["swatch"]} data-index={index % 6} aria-hidden="true" /> {target.serverGroup}
                  {target.disabled ? <span className="muted"> · {t.clusters.disabled}</span> : null}
                  {target.pinnedPercent === null ? null : <span className="muted"> · {texts.pinned}</span>}
                </th>
                <td className={`num ${styles["end"]}`}>{format.percent(target.requestedPercent)}</td>
                <td className={`num ${styles["end"]}`}>
                  {target.measuredPercent === null ? (
                    <span className="muted">{t.clusters.notMeasured}</span>
                  ) : (
                    <strong>{format.percent(target.measuredPercent)}</strong>
                  )}
                </td>
                <td className={`num ${styles["end"]}`}>
                  <Mark
                    look={
                      target.healthyInstances === target.totalInstances
                        ? instanceLooks.up
                        : target.healthyInstances === 0
                          ? instanceLooks.down
                          : instanceLooks.starting
                    }
                    size={13}
                  />{" "}
                  {t.clusters.up(target.healthyInstances, target.totalInstances)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
