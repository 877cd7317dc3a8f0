import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { isEnded } from "../../ui/status/look.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./execution.module.css";

/** Skip what waits, or run again from an ended stage. */
export function StageActions({ execution, stage }: { execution: Execution; stage: Stage }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"skip" | "restart" | null>(null);
  const texts = t.execution.stage;
  const canSkip =
    !isEnded(execution.status) &&
    !isEnded(stage.status) &&
    (stage.type === "wait" || stage.status === "NOT_STARTED") &&
    stage.parentStageId === null;
  const canRestart =
    isEnded(execution.status) && isEnded(stage.status) && stage.status !== "SKIPPED" && stage.parentStageId === null;
  const params = { execution: execution.id, stage: stage.id };
  const refresh = () => queries.invalidateQueries({ queryKey: keys.execution(execution.id) });
  const isWait = stage.type === "wait" && stage.status === "RUNNING";
  return (
    <div className={styles["actions"]}>
      {canSkip ? (
        <Button size="xs" variant="default" onClick={() => setAsking("skip")}>
          {isWait ? texts.skipWait : texts.skip}
        </Button>
      ) : null}
      {canRestart ? (
        <Button size="xs" variant="default" onClick={() => setAsking("restart")}>
          {texts.restart}
        </Button>
      ) : null}
      {asking === "skip" ? (
        <ConfirmDialog
          title={texts.skipTitle(stage.name)}
          text={texts.skipText}
          submit={isWait ? texts.skipWait : texts.skip}
          reason={t.execution.reason}
          onClose={() => setAsking(null)}
          onConfirm={async (reason) => {
            await api.call("skipStage", { params, body: reason === "" ? {} : { reason } });
            await refresh();
          }}
        />
      ) : null}
      {asking === "restart" ? (
        <ConfirmDialog
          title={texts.restartTitle(stage.name)}
          text={texts.restartText}
          submit={texts.restart}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            await api.call("restartStage", { params, body: {} });
            await refresh();
          }}
        />
      ) : null}
    </div>
  );
}
