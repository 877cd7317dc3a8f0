import type { HistoryStep } from "@gennaker/contract/resources/history.ts";
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { lookOf } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import { stepsOnPage } from "./history-state.ts";
import styles from "./history.module.css";

type Props = { steps: readonly HistoryStep[]; total: number; at: number; onGo(at: number): void };

/** A page of the steps; each is a button that shows the run after it. The chosen one is kept in sight. */
export function HistorySteps({ steps, total, at, onGo }: Props) {
  const { t } = useI18n();
  const list = useRef<HTMLOListElement>(null);
  const first = steps[0]?.number ?? 1;
  const last = steps.at(-1)?.number ?? 0;
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>("[aria-current]");
    const frame = list.current;
    if (!chosen || !frame) return;
    const top = chosen.offsetTop;
    if (top < frame.scrollTop) frame.scrollTop = top - 40;
    else if (top + chosen.offsetHeight > frame.scrollTop + frame.clientHeight)
      frame.scrollTop = top + chosen.offsetHeight - frame.clientHeight + 40;
  }, [at, first]);
  return (
    <section aria-label={t.history.list} className={styles["steps"]}>
      <div className={styles["stepsHead"]}>
        <h3>{t.history.list}</h3>
        {total > steps.length ? (
          <span className={styles["paging"]}>
            <button type="button" disabled={first === 1} onClick={() => onGo(first - 1)}>
              {t.history.earlier}
            </button>
            <span className="muted num">{t.history.stepsFrom(first, last, total)}</span>
            <button type="button" disabled={last === total} onClick={() => onGo(Math.min(total, last + stepsOnPage))}>
              {t.history.later}
            </button>
          </span>
        ) : null}
      </div>
      <ol ref={list} start={first}>
        {steps.map((step) => (
          <Step key={step.number} step={step} chosen={step.number === at} onGo={onGo} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, chosen, onGo }: { step: HistoryStep; chosen: boolean; onGo(at: number): void }) {
  const { t, format, task } = useI18n();
  const moved = step.before !== null && step.after !== null && step.before !== step.after;
  return (
    <li aria-current={chosen ? "step" : undefined}>
      <button type="button" onClick={() => onGo(step.number)}>
        <span className="visually-hidden">{t.history.show(step.number)}: </span>
        <span className={`num muted ${styles["number"]}`}>{step.number}</span>
        <time className="num" dateTime={step.time} title={format.dateTime(step.time)}>
          {format.exactTime(step.time)}
        </time>
        <span className={styles["words"]}>
          <StepWords step={step} />
        </span>
        <span className={styles["where"]}>
          {step.stage?.name ?? t.history.run}
          {step.task ? <span className="muted"> · {task(step.task.name)}</span> : null}
        </span>
        <span className={styles["change"]}>
          {step.before !== null && moved ? (
            <>
              <span className={styles["was"]}>
                <Mark look={lookOf(step.before)} size={13} /> {t.states[step.before]}
              </span>
              <span aria-hidden="true"> → </span>
            </>
          ) : null}
          {step.after !== null && (moved || step.before === null) ? (
            <MarkText look={lookOf(step.after)}>{t.states[step.after]}</MarkText>
          ) : null}
        </span>
      </button>
    </li>
  );
}

/** What happened, in the reader's language where the statuses tell it, else the server's own sentence. */
export function StepWords({ step }: { step: HistoryStep }) {
  const { t, language, task, said } = useI18n();
  if (language === "en") return <>{said(step.text)}</>;
  if (step.before !== null && step.after !== null && step.before !== step.after) {
    const what = [step.stage?.name, step.task ? task(step.task.name) : undefined].filter((part) => part !== undefined);
    return <>{t.history.told(what.join(" · ") || t.history.run, t.states[step.before], t.states[step.after])}</>;
  }
  return <span lang="en">{said(step.text)}</span>;
}
