import type { ReadinessReport } from "@gennaker/contract/resources/import.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { Modal } from "@mantine/core";
import { useI18n } from "../../i18n/provider.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./pipelines.module.css";
import { readinessLooks, readinessState } from "./readiness.ts";

type Props = { pipeline: Pipeline; report: ReadinessReport; onClose(): void };

/** What stands between a pipeline and its first run here, what blocks it first. */
export function ReadinessDialog({ pipeline, report, onClose }: Props) {
  const { t } = useI18n();
  const texts = t.readiness;
  const state = readinessState(report);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={texts.title(pipeline.name)}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <div className={styles["editor"]}>
        <p>
          <MarkText look={readinessLooks[state]}>
            {state === "blocked" ? texts.cannotRun : state === "check" ? texts.canRun : texts.allWell}
          </MarkText>
        </p>
        {(["blocks", "check"] as const).map((level) => {
          const findings = report.findings.filter((finding) => finding.level === level);
          if (findings.length === 0) return null;
          return (
            <div key={level} className={styles["problems"]} data-level={level === "blocks" ? "error" : "note"}>
              <strong>{level === "blocks" ? texts.blocks : texts.checks}</strong>
              <ul className={styles["editor"]}>
                {findings.map((finding, index) => (
                  <li key={index}>
                    <code>{finding.pointer === "" ? t.errors.top : finding.pointer}</code>
                    <span lang="en">{finding.message}</span>
                    {finding.suggestion ? (
                      <span className="muted" lang="en">
                        {finding.suggestion}
                      </span>
                    ) : null}
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </Modal>
  );
}
