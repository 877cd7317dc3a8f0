import type { Application } from "@gennaker/contract/resources/application.ts";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { asStatus, instanceLooks, lookOf } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import styles from "./applications.module.css";

export function ApplicationRow({ application }: { application: Application }) {
  const { t } = useI18n();
  const { summary, name } = application;
  return (
    <li className={styles["row"]}>
      <div className={styles["name"]}>
        <Link to="/applications/$application" params={{ application: name }} className={styles["title"]}>
          {name}
        </Link>
        <p className="muted">{application.description ?? application.email ?? ""}</p>
      </div>
      <LastRun application={application} />
      <Serving application={application} />
      <span className="muted num">{t.applications.pipelines(summary.pipelines)}</span>
    </li>
  );
}

function LastRun({ application }: { application: Application }) {
  const { t } = useI18n();
  const { lastExecution: last, runningExecutions: running } = application.summary;
  if (last === null) return <span className="muted">{t.applications.neverRan}</span>;
  const status = asStatus(last.status);
  return (
    <div className={styles["run"]}>
      <MarkText look={lookOf(status)}>{t.states[status]}</MarkText>
      <span className={styles["detail"]}>
        <Link
          to="/applications/$application/executions/$execution"
          params={{ application: application.name, execution: last.id }}
        >
          {last.name}
        </Link>
        {" · "}
        <span className="muted">
          <Ago time={last.buildTime} />
        </span>
      </span>
      {running > (last.status === "RUNNING" ? 1 : 0) ? (
        <span className={styles["running"]}>
          <Mark look={lookOf("RUNNING")} size={13} /> {t.applications.running(running)}
        </span>
      ) : null}
    </div>
  );
}

function Serving({ application }: { application: Application }) {
  const { t } = useI18n();
  const { instancesUp: up, instancesTotal: total, serverGroups } = application.summary;
  if (serverGroups === 0) return <span className="muted">{t.applications.noInstances}</span>;
  const look =
    total === 0
      ? instanceLooks.stopped
      : up === total
        ? instanceLooks.up
        : up === 0
          ? instanceLooks.down
          : instanceLooks.starting;
  return (
    <div className={styles["run"]}>
      <MarkText look={look}>{t.applications.instances(up, total)}</MarkText>
      <span className="muted num">{t.applications.serverGroups(serverGroups)}</span>
    </div>
  );
}
