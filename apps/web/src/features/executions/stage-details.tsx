import type { Stage } from "@gennaker/contract/resources/execution.ts";
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import styles from "./execution.module.css";
import { remindersOf, scriptOf, webhookOf, type ScriptState, type WebhookState } from "./stage-extras.ts";

/** What only some stages have to tell: a script's output, a webhook's progress, how often a judgement reminded. */
export function StageDetails({ stage }: { stage: Stage }) {
  const { t } = useI18n();
  const script = scriptOf(stage);
  const webhook = webhookOf(stage);
  const reminders = remindersOf(stage);
  return (
    <>
      {reminders > 0 ? <p className="muted">{t.scripts.reminded(reminders)}</p> : null}
      {script ? <ScriptLog script={script} /> : null}
      {webhook ? <Webhook webhook={webhook} /> : null}
    </>
  );
}

function ScriptLog({ script }: { script: ScriptState }) {
  const { t } = useI18n();
  const end = useRef<HTMLElement>(null);
  const { log } = script;
  // The newest line is at the end, as in a terminal.
  useEffect(() => {
    const frame = end.current;
    if (frame) frame.scrollTop = frame.scrollHeight;
  }, [log]);
  return (
    <div className={styles["detail"]}>
      <h3>
        {t.scripts.log}{" "}
        <span className="muted">
          {script.exitStatus === null ? t.scripts.running : t.scripts.exit(script.exitStatus)}
        </span>
      </h3>
      {log === "" ? (
        <p className="muted">{t.scripts.noLog}</p>
      ) : (
        <ScrollRegion label={t.scripts.log} className={styles["log"]} ref={end}>
          <pre>{log}</pre>
        </ScrollRegion>
      )}
      {script.truncated ? <p className="muted">{t.scripts.truncated}</p> : null}
    </div>
  );
}

function Webhook({ webhook }: { webhook: WebhookState }) {
  const { t } = useI18n();
  const rows: [string, string][] = [
    ...(webhook.request ? [[t.scripts.request, webhook.request] as [string, string]] : []),
    ...(webhook.answer ? [[t.scripts.answer, webhook.answer] as [string, string]] : []),
    ...(webhook.message ? [[t.scripts.progress, webhook.message] as [string, string]] : []),
    ...(webhook.error ? [[t.scripts.error, webhook.error] as [string, string]] : []),
  ];
  return (
    <div className={styles["detail"]}>
      <h3>{t.scripts.monitor}</h3>
      {webhook.percent === null ? null : (
        <div className={styles["progress"]}>
          <progress max={100} value={webhook.percent} aria-label={t.scripts.progress} />
          <span className="num">{t.scripts.percent(webhook.percent)}</span>
        </div>
      )}
      <dl className={styles["detailFacts"]}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {webhook.retried.length > 0 ? <p className="muted">{t.scripts.retried(webhook.retried.join(", "))}</p> : null}
      {webhook.body === undefined ? null : <JsonView title={t.scripts.body} value={webhook.body} />}
    </div>
  );
}
