import type { ImportItem, ImportResult } from "@gennaker/contract/resources/import.ts";
import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { useGrowing } from "../../ui/data/use-growing.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import { inOrderOfNeed, outcomeLooks, outcomes } from "./import-report.ts";
import styles from "./import.module.css";

/** A report item by item, what needs eyes first; long ones grow while they are read. */
export function ReportList({ result }: { result: ImportResult }) {
  const { t } = useI18n();
  const texts = t.imports;
  const [only, setOnly] = useState("all");
  const outcome = outcomes.find((each) => each === only) ?? null;
  const items = useMemo(() => inOrderOfNeed(result.items, outcome), [result, outcome]);
  const { shown, rest, sentinel, grow } = useGrowing(items);
  return (
    <section className={styles["section"]} aria-labelledby="report">
      <div className={styles["top"]}>
        <h2 id="report">{result.dryRun ? texts.report : texts.done}</h2>
        <SegmentedControl
          size="xs"
          aria-label={texts.show}
          value={only}
          onChange={setOnly}
          data={[
            { value: "all", label: `${texts.all} ${result.items.length}` },
            ...outcomes
              .filter((each) => result.counts[each] > 0)
              .map((each) => ({ value: each, label: `${texts.outcomes[each]} ${result.counts[each]}` })),
          ]}
        />
      </div>
      <ul className={styles["list"]}>
        {shown.map((item, index) => (
          <Item key={`${item.source} ${item.pointer} ${index}`} item={item} isDone={!result.dryRun} />
        ))}
      </ul>
      {rest > 0 ? (
        <div ref={sentinel}>
          <button type="button" className={styles["more"]} onClick={grow}>
            {t.common.more(rest)}
          </button>
        </div>
      ) : null}
    </section>
  );
}

function Item({ item, isDone }: { item: ImportItem; isDone: boolean }) {
  const { t } = useI18n();
  const texts = t.imports;
  const needsEyes = item.outcome === "refused" || item.outcome === "attention";
  return (
    <li className={styles["item"]}>
      <MarkText look={outcomeLooks[item.outcome]}>{texts.outcomes[item.outcome]}</MarkText>
      <div className={styles["what"]}>
        <strong>{item.name === "" ? item.source : item.name}</strong>{" "}
        <span className="muted">
          {item.kind === null ? texts.unknownKind : texts.kinds[item.kind]}
          {item.application ? ` · ${item.application}` : ""} · {texts.changes[item.change]}
        </span>
        <p className={`muted mono ${styles["source"]}`}>
          {item.source}
          {item.pointer === "" ? "" : ` ${item.pointer}`}
        </p>
        {item.notes.length > 0 ? (
          <details open={needsEyes}>
            <summary>{texts.notes(item.notes.length)}</summary>
            <ul className={styles["notes"]}>
              {item.notes.map((note, index) => (
                <li key={index} data-level={note.level}>
                  <code>{note.pointer === "" ? t.errors.top : note.pointer}</code> <span lang="en">{note.message}</span>
                  {note.suggestion ? (
                    <p className="muted" lang="en">
                      {note.suggestion}
                    </p>
                  ) : null}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      {isDone && item.kind === "pipeline" && item.application && item.outcome !== "refused" ? (
        <Link to="/applications/$application/pipelines" params={{ application: item.application }}>
          {texts.open}
          <span className="visually-hidden"> {item.name}</span>
        </Link>
      ) : null}
    </li>
  );
}
