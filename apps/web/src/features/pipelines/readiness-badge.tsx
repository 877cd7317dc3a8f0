import type { ReadinessReport } from "@gennaker/contract/resources/import.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Mark } from "../../ui/status/mark.tsx";
import styles from "./pipelines.module.css";
import { readinessQuery } from "./queries.ts";
import { readinessLooks, readinessState } from "./readiness.ts";

const ReadinessDialog = lazy(() =>
  import("./readiness-dialog.tsx").then((module) => ({ default: module.ReadinessDialog })),
);

/** Can the pipeline run here? Opens what it still lacks. */
export function ReadinessBadge({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useI18n();
  const { data } = useQuery(readinessQuery(pipeline.id));
  const [isOpen, setOpen] = useState(false);
  if (!data) return null;
  const state = readinessState(data);
  const text = textOf(data, t.readiness);
  return (
    <>
      <button
        type="button"
        className={styles["readiness"]}
        data-state={state}
        aria-label={t.readiness.button(pipeline.name, text)}
        onClick={() => setOpen(true)}
      >
        <Mark look={readinessLooks[state]} size={13} /> {text}
      </button>
      {isOpen ? (
        <Suspense fallback={null}>
          <ReadinessDialog pipeline={pipeline} report={data} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function textOf(report: ReadinessReport, texts: ReturnType<typeof useI18n>["t"]["readiness"]): string {
  const count = (level: string) => report.findings.filter((finding) => finding.level === level).length;
  const state = readinessState(report);
  return state === "blocked"
    ? texts.blocked(count("blocks"))
    : state === "check"
      ? texts.check(count("check"))
      : texts.ready;
}
