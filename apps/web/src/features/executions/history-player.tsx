import type { HistoryStep } from "@gennaker/contract/resources/history.ts";
import { useEffect, useEffectEvent, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { StepWords } from "./history-steps.tsx";
import styles from "./history.module.css";

const playMs = 700;
type Props = { at: number; total: number; step: HistoryStep | undefined; onGo(at: number): void };

/** A slider over the steps with buttons beside it; the chosen step stands below in words. */
export function HistoryPlayer({ at, total, step, onGo }: Props) {
  const { t, format, said } = useI18n();
  const [playing, setPlaying] = useState(false);
  const isPlaying = playing && at < total;
  const go = useEffectEvent(() => onGo(at + 1));
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => go(), playMs);
    return () => clearTimeout(timer);
  }, [isPlaying, at]);
  const label = at === 0 ? t.history.beginning : t.history.at(at, total);
  function play(): void {
    if (!isPlaying && at >= total) onGo(0);
    setPlaying(!isPlaying);
  }
  const button = (name: string, path: string, to: number, off: boolean) => (
    <button type="button" aria-label={name} title={name} disabled={off} onClick={() => onGo(to)}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <path d={path} fill="currentColor" />
      </svg>
    </button>
  );
  return (
    <section className={styles["player"]} aria-label={t.history.title}>
      <div className={styles["controls"]}>
        {button(t.history.first, "M1 1h2v10H1zM11 1v10L4 6z", 0, at === 0)}
        {button(t.history.previous, "M9.5 1v10L2.5 6z", at - 1, at === 0)}
        <button type="button" onClick={play} aria-pressed={isPlaying}>
          {isPlaying ? t.history.pause : t.history.play}
        </button>
        {button(t.history.next, "M2.5 1v10l7-5z", at + 1, at === total)}
        {button(t.history.last, "M9 1h2v10H9zM1 1v10l7-5z", total, at === total)}
        <input
          type="range"
          min={0}
          max={total}
          value={at}
          aria-label={t.history.slider}
          aria-valuetext={step ? `${label}: ${said(step.text)}` : label}
          onChange={({ target }) => onGo(Number(target.value))}
        />
        <output className="num">{label}</output>
      </div>
      <p className={styles["now"]}>
        {step ? (
          <>
            <time dateTime={step.time} className="num muted" title={format.dateTime(step.time)}>
              {format.exactTime(step.time)}
            </time>{" "}
            <StepWords step={step} />
          </>
        ) : (
          <span className="muted">{t.history.beginning}</span>
        )}
      </p>
      <p className={`muted ${styles["keys"]}`}>{t.history.keys}</p>
    </section>
  );
}
