import type { AuditEntry } from "@gennaker/contract/resources/audit.ts";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import type { Look } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import { ChangesTable } from "../pipelines/changes-table.tsx";
import styles from "./audit.module.css";
import { differencesOf } from "./differences.ts";

const looks: Record<AuditEntry["outcome"], Look> = {
  done: { tone: "ok", shape: "check" },
  denied: { tone: "bad", shape: "stop" },
  failed: { tone: "bad", shape: "cross" },
};

/** One entry in a line; opened, all that is known of it and what it changed. */
export function AuditEntryRow({ entry }: { entry: AuditEntry }) {
  const { t } = useI18n();
  const [isOpen, setOpen] = useState(false);
  const { actor, onBehalfOf, action, resource, outcome, count, reason } = entry;
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={styles["row"]}>
          <span className={styles["who"]}>
            {actor}
            {onBehalfOf === null ? null : <span className="muted"> {t.audit.for(onBehalfOf)}</span>}
          </span>
          <span className={styles["what"]}>
            <span className={styles["action"]}>{action}</span> <span className="mono">{resource}</span>
            {reason === null ? null : <span className={styles["why"]}>{reason}</span>}
          </span>
          <MarkText look={looks[outcome]}>
            {t.audit.outcomes[outcome]}
            {count > 1 ? ` × ${count}` : ""}
          </MarkText>
          <span className={styles["when"]}>
            <Ago time={entry.time} />
          </span>
        </summary>
        {isOpen ? <Opened entry={entry} /> : null}
      </details>
    </li>
  );
}

function Opened({ entry }: { entry: AuditEntry }) {
  const { t, format } = useI18n();
  const { fields } = t.audit;
  const facts: [string, string | null][] = [
    [fields.entry, String(entry.id)],
    [fields.time, format.dateTime(entry.time)],
    [fields.application, entry.application],
    [fields.via, entry.via],
    [fields.credential, entry.credential],
    [fields.address, entry.address],
    [fields.userAgent, entry.userAgent],
    [fields.requestId, entry.requestId],
  ];
  const changes = differencesOf(entry.before, entry.after);
  return (
    <div className={styles["opened"]}>
      <dl className={styles["facts"]}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {changes.length === 0 ? (
        <p className="muted">{t.audit.noChange}</p>
      ) : (
        <ChangesTable title={t.audit.changes(entry.resource)} changes={changes} whole={t.audit.whole} />
      )}
    </div>
  );
}
