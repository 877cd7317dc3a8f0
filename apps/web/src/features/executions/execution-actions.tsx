import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { isEnded } from "../../ui/status/look.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { pipelinesQuery } from "../pipelines/queries.ts";
import styles from "./execution.module.css";

const RerunDialog = lazy(() => import("./rerun-dialog.tsx").then((module) => ({ default: module.RerunDialog })));
const StartDialog = lazy(() =>
  import("../pipelines/start-dialog.tsx").then((module) => ({ default: module.StartDialog })),
);

/** Cancel, pause, resume, run again: those that fit the state of the run. */
export function ExecutionActions({ execution }: { execution: Execution }) {
  const { t } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<"cancel" | "again" | "change" | null>(null);
  const ended = isEnded(execution.status);
  const pipelines = useQuery({
    ...pipelinesQuery(execution.application),
    enabled: ended && execution.pipelineConfigId !== null,
  });
  const pipeline = pipelines.data?.find((each) => each.id === execution.pipelineConfigId);
  const params = { execution: execution.id };
  const refresh = () => queries.invalidateQueries({ queryKey: keys.execution(execution.id) });
  const pause = useMutation({
    mutationFn: () =>
      api.call(execution.status === "PAUSED" ? "resumeExecution" : "pauseExecution", { params, body: {} }),
    onSuccess: refresh,
    onError: (error) => tell(error.message, "failed"),
  });
  return (
    <div className={styles["actions"]}>
      {execution.status === "RUNNING" || execution.status === "PAUSED" ? (
        <Button size="xs" variant="default" onClick={() => pause.mutate()} loading={pause.isPending}>
          {execution.status === "PAUSED" ? t.execution.resume : t.execution.pause}
        </Button>
      ) : null}
      {ended || execution.canceled ? null : (
        <Button size="xs" variant="default" onClick={() => setDialog("cancel")}>
          {t.execution.cancel}
        </Button>
      )}
      {pipeline && !pipeline.disabled ? (
        <Button size="xs" onClick={() => setDialog("again")}>
          {t.execution.again}
        </Button>
      ) : null}
      {dialog === "cancel" ? (
        <ConfirmDialog
          title={t.execution.cancelTitle}
          text={t.execution.cancelText}
          submit={t.execution.cancelSubmit}
          dismiss={t.execution.cancelKeep}
          danger
          reason={t.execution.cancelReason}
          onClose={() => setDialog(null)}
          onConfirm={async (reason) => {
            await api.call("cancelExecution", { params, body: reason === "" ? {} : { reason } });
            await refresh();
          }}
        />
      ) : null}
      {dialog === "again" ? (
        <Suspense fallback={null}>
          <RerunDialog execution={execution} onChange={() => setDialog("change")} onClose={() => setDialog(null)} />
        </Suspense>
      ) : null}
      {dialog === "change" && pipeline ? (
        <Suspense fallback={null}>
          <StartDialog
            pipeline={pipeline}
            title={t.execution.againTitle(pipeline.name)}
            previous={execution}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
