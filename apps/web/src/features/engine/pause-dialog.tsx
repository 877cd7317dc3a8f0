import { useQueryClient } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

type Props = { application: string | null; paused: boolean; onClose(): void };

/** Asks before the engine (no application) or an application's runs are paused or go on. */
export function PauseDialog({ application, paused, onClose }: Props) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const title = !paused
    ? application === null
      ? t.pauses.resumeEngine
      : t.pauses.resumeApplication(application)
    : application === null
      ? t.pauses.pauseEngineTitle
      : t.pauses.pauseApplicationTitle(application);
  const text = !paused
    ? t.pauses.resumeText
    : application === null
      ? t.pauses.pauseEngineText
      : t.pauses.pauseApplicationText;
  const submit = !paused ? t.pauses.resume : application === null ? t.pauses.pauseEngine : t.pauses.pauseApplication;
  return (
    <ConfirmDialog
      title={title}
      text={text}
      submit={submit}
      danger={paused && application === null}
      reason={t.pauses.reason}
      onClose={onClose}
      onConfirm={async (reason) => {
        const body = { paused, ...(reason === "" ? {} : { reason }) };
        if (application === null) await api.call("setEnginePause", { body });
        else await api.call("setApplicationPause", { params: { application }, body });
        await queries.invalidateQueries({ queryKey: keys.pauses });
      }}
    />
  );
}
