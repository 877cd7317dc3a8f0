import type { RouteResponse } from "@gennaker/contract/route.ts";
import type { Routes } from "@gennaker/contract/routes.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./kubernetes.module.css";

type KubernetesEvents = RouteResponse<Routes["getKubernetesObject"]>["events"];

/** What the cluster told about the object, newest first. */
export function EventsTab({ events }: { events: KubernetesEvents }) {
  const { t } = useI18n();
  const texts = t.kubernetes.events;
  if (events.length === 0) return <p className="muted">{texts.none}</p>;
  return (
    <ScrollRegion label={t.kubernetes.tabs.events} className={styles["scroll"]}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.last}</th>
            <th scope="col">{texts.type}</th>
            <th scope="col">{texts.reason}</th>
            <th scope="col">{texts.times}</th>
            <th scope="col">{texts.message}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <tr key={`${event.reason}${event.lastAt ?? ""}${index}`}>
              <td>{event.lastAt === null ? "–" : <Ago time={event.lastAt} />}</td>
              <td>
                <MarkText
                  look={event.type === "Warning" ? { tone: "wait", shape: "bang" } : { tone: "idle", shape: "empty" }}
                >
                  {texts.types[event.type] ?? event.type}
                </MarkText>
              </td>
              <td>{event.reason}</td>
              <td className="num">{event.count}</td>
              <td>{event.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
