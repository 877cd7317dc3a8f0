import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { Button, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { asStatus, lookOf, stateOfExecution } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { stageCount, toggled } from "./pipeline-document.ts";
import styles from "./pipelines.module.css";
import { ReadinessBadge } from "./readiness-badge.tsx";
import { lastRunsQuery } from "./queries.ts";

export function PipelineRow({ pipeline, onStart, onEdit }: { pipeline: Pipeline; onStart(): void; onEdit(): void }) {
  const { t } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: keys.pipelines(pipeline.application) });
  const toggle = useMutation({
    mutationFn: () => api.call("savePipeline", { query: { staleCheck: "true" }, body: toggled(pipeline) }),
    onSuccess: refresh,
    onError: (error) => tell(error.message, "failed"),
  });
  const { description } = pipeline.document;
  const navigate = useNavigate();
  const params = { application: pipeline.application, pipeline: pipeline.id };
  return (
    <li className={styles["row"]} data-disabled={pipeline.disabled}>
      <div className={styles["what"]}>
        <div className={styles["title"]}>
          <h3>
            {pipeline.name}
            {pipeline.disabled ? <span className={styles["badge"]}>{t.pipelines.disabled}</span> : null}
          </h3>
          <ReadinessBadge pipeline={pipeline} />
        </div>
        <p className="muted">
          {typeof description === "string" && description !== ""
            ? description
            : t.pipelines.stages(stageCount(pipeline.document))}
        </p>
      </div>
      <LastRuns pipeline={pipeline} />
      <LastState pipeline={pipeline} />
      <div className={styles["actions"]}>
        <Button
          size="xs"
          onClick={onStart}
          disabled={pipeline.disabled}
          aria-label={t.pipelines.startNamed(pipeline.name)}
        >
          {t.pipelines.start}
        </Button>
        <Link
          to="/applications/$application/pipelines/$pipeline/dry-run"
          params={params}
          className={styles["button"]}
          aria-label={t.dryRun.actionNamed(pipeline.name)}
        >
          {t.dryRun.action}
        </Link>
        <Button size="xs" variant="default" onClick={onEdit} aria-label={t.pipelines.editNamed(pipeline.name)}>
          {t.pipelines.edit}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" aria-label={t.common.actions(pipeline.name)}>
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => void navigate({ to: "/applications/$application/pipelines/$pipeline/versions", params })}
            >
              {t.versions.action}
            </Menu.Item>
            <Menu.Item
              onClick={() => void navigate({ to: "/applications/$application/pipelines/$pipeline/shadow", params })}
            >
              {t.shadow.action}
            </Menu.Item>
            <Menu.Item onClick={() => void navigate({ to: "/export", search: params })}>{t.exports.nav}</Menu.Item>
            <Menu.Item onClick={() => toggle.mutate()}>
              {pipeline.disabled ? t.pipelines.enable : t.pipelines.disable}
            </Menu.Item>
            <Menu.Item color="var(--bad)" onClick={() => setRemoving(true)}>
              {t.pipelines.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {removing ? (
        <ConfirmDialog
          title={t.pipelines.removeTitle(pipeline.name)}
          text={t.pipelines.removeText}
          submit={t.pipelines.remove}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await api.call("deletePipeline", { params: { pipeline: pipeline.id } });
            await refresh();
          }}
        />
      ) : null}
    </li>
  );
}

function LastState({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useI18n();
  const last = pipeline.lastExecution;
  if (last === null) return <span className="muted">{t.pipelines.neverRan}</span>;
  const status = asStatus(last.status);
  return (
    <div className={styles["last"]}>
      <MarkText look={lookOf(status)}>{t.states[status]}</MarkText>
      <span className="muted">
        <Ago time={last.buildTime} />
      </span>
    </div>
  );
}

/** The last runs, oldest first, each as the shape of its state and a link to it. */
function LastRuns({ pipeline }: { pipeline: Pipeline }) {
  const { t, format } = useI18n();
  const runs = useQuery({
    ...lastRunsQuery(pipeline.application, pipeline.id),
    enabled: pipeline.lastExecution !== null,
  });
  return (
    <ul className={styles["runs"]} aria-label={t.pipelines.lastRuns}>
      {[...(runs.data ?? [])].reverse().map((run) => {
        const state = stateOfExecution(run);
        const label = t.pipelines.runLabel(t.states[state], format.dateTime(run.buildTime));
        return (
          <li key={run.id}>
            <Link
              to="/applications/$application/executions/$execution"
              params={{ application: run.application, execution: run.id }}
              aria-label={label}
              title={label}
            >
              <Mark look={lookOf(state)} size={18} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
