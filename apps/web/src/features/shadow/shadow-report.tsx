import type { ShadowReport, ShadowRun } from "@gennaker/contract/resources/shadow.ts";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import type { Look } from "../../ui/status/look.ts";
import { cellText, differencesOf } from "./executions.ts";
import styles from "./shadow.module.css";

export const sameLooks: Record<"same" | "differs", Look> = {
  same: { tone: "ok", shape: "check" },
  differs: { tone: "wait", shape: "bang" },
};

/** What a comparison found: a verdict, then execution by execution what differs, there beside here. */
export function ShadowReportView({ report }: { report: ShadowReport }) {
  const { t } = useI18n();
  const texts = t.shadow;
  const { runs, same, unreadable } = report;
  return (
    <section className={styles["report"]} aria-labelledby="comparison">
      <h2 id="comparison">{texts.result}</h2>
      <output>
        <MarkText strong look={sameLooks[runs.length > 0 && same === runs.length ? "same" : "differs"]}>
          {runs.length === 0 ? texts.none : texts.verdict(same, runs.length)}
        </MarkText>
      </output>
      {unreadable.length > 0 ? (
        <ul className={styles["lines"]}>
          {unreadable.map(({ index, reason }) => (
            <li key={index} lang="en">
              {texts.skipped(index + 1, reason)}
            </li>
          ))}
        </ul>
      ) : null}
      {runs.map((run) => (
        <Run key={run.execution} run={run} open={runs.length <= 3 && !run.same} />
      ))}
    </section>
  );
}

function Run({ run, open }: { run: ShadowRun; open: boolean }) {
  const { t, format } = useI18n();
  const texts = t.shadow;
  const { fields } = run;
  return (
    <details className={styles["run"]} open={open} data-same={run.same}>
      <summary>
        <MarkText look={sameLooks[run.same ? "same" : "differs"]}>{run.same ? texts.same : texts.differs}</MarkText>
        <span className="mono">{run.execution}</span>
        <span className="muted">
          {run.status}
          {run.startTime === null ? "" : ` · ${format.dateTime(new Date(run.startTime).toISOString())}`}
        </span>
      </summary>
      <p className="muted num">{texts.compared(fields.compared, fields.expressions)}</p>
      {differencesOf(run) === 0 ? null : (
        <>
          {run.start.length > 0 ? (
            <div>
              <h3>{texts.start}</h3>
              <ul className={styles["lines"]}>
                {run.start.map(({ pointer, reason }) => (
                  <li key={pointer + reason} lang="en">
                    <code>{pointer === "" ? t.errors.top : pointer}</code> {reason}
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          <Table
            title={texts.plan}
            heads={[texts.stage, texts.reason, texts.there, texts.here]}
            rows={run.plan.map(({ stage, refId, what, there, here }) => [
              stageText(stage, refId),
              texts.what[what],
              there || "–",
              here || "–",
            ])}
          />
          <Table
            title={texts.fields}
            heads={[texts.stage, texts.place, texts.source, texts.there, texts.here]}
            rows={fields.differences.map(({ stage, refId, pointer, source, there, here }) => [
              stageText(stage, refId),
              <code key="place">{pointer}</code>,
              <pre key="source">{cellText(source)}</pre>,
              <pre key="there">{cellText(there)}</pre>,
              <pre key="here">{cellText(here)}</pre>,
            ])}
          />
          <Table
            title={texts.outcomes}
            heads={[texts.stage, texts.there, texts.here, texts.reason]}
            rows={run.outcomes.map(({ stage, refId, there, here, reason }) => [
              stageText(stage, refId),
              there,
              here ?? texts.unknown,
              <span key="reason" lang="en">
                {reason}
              </span>,
            ])}
          />
        </>
      )}
      {fields.left.length > 0 ? (
        <details>
          <summary>{texts.left(fields.left.length)}</summary>
          <ul className={styles["lines"]}>
            {fields.left.map(({ refId, stage, pointer, reason }, index) => (
              <li key={index}>
                {stageText(stage, refId)} <code>{pointer}</code> <span lang="en">{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </details>
  );
}

const stageText = (stage: string, refId: string): string => (stage === "" ? refId : `${stage} (${refId})`);

function Table({ title, heads, rows }: { title: string; heads: readonly string[]; rows: readonly ReactNode[][] }) {
  if (rows.length === 0) return null;
  return (
    <ScrollRegion label={title} className={styles["scroll"]}>
      <table className={styles["table"]}>
        <caption>{title}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], index) => (
            <tr key={index}>
              <th scope="row">{first}</th>
              {rest.map((cell, place) => (
                <td key={heads[place + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
