import type { Project } from "@gennaker/contract/resources/project.ts";
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { applicationsQuery } from "../applications/queries.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { pipelinesQuery } from "../pipelines/queries.ts";
import { ClusterRows } from "./cluster-rows.tsx";
import { documentOf, formOf } from "./project-document.ts";
import styles from "./projects.module.css";

const toggled = (list: readonly string[], each: string, on: boolean): string[] =>
  on ? [...list, each] : list.filter((other) => other !== each);

/** A project to make or change. What the form does not show stays as it was saved. */
export function ProjectDialog({ project, onClose }: { project: Project | null; onClose(): void }) {
  const { t } = useI18n();
  const texts = t.projects;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [value, setValue] = useState(() => formOf(project));
  const [asked, setAsked] = useState(false);
  const applications = useQuery(applicationsQuery);
  const names = [...new Set([...value.applications, ...(applications.data ?? []).map((each) => each.name)])].sort();
  const pipelines = useQueries({ queries: value.applications.map((name) => pipelinesQuery(name)) }).flatMap(
    (query) => query.data ?? [],
  );
  const save = useMutation({
    mutationFn: () =>
      api.call("saveProject", {
        body: documentOf(value, project, (id) => pipelines.find((pipeline) => pipeline.id === id)?.application ?? null),
      }),
    async onSuccess(saved) {
      await queries.invalidateQueries({ queryKey: keys.projects });
      onClose();
      void navigate({ to: "/projects/$project", params: { project: saved.name } });
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (value.name.trim() !== "") save.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={project ? texts.dialogEdit(project.name) : texts.dialogNew}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <form className={form["form"]} onSubmit={submit} noValidate>
        <TextInput
          label={texts.name}
          value={value.name}
          onChange={({ currentTarget }) => setValue((old) => ({ ...old, name: currentTarget.value }))}
          error={asked && value.name.trim() === "" ? t.common.required : null}
          required
          data-autofocus
          autoComplete="off"
        />
        <TextInput
          label={`${texts.email} (${t.common.optional})`}
          type="email"
          value={value.email}
          onChange={({ currentTarget }) => setValue((old) => ({ ...old, email: currentTarget.value }))}
        />
        <fieldset className={styles["choices"]}>
          <legend>{texts.chooseApplications}</legend>
          {names.length === 0 ? <p className="muted">{t.common.none}</p> : null}
          {names.map((name) => (
            <Checkbox
              key={name}
              size="sm"
              label={name}
              checked={value.applications.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                setValue((old) => ({ ...old, applications: toggled(old.applications, name, checked) }))
              }
            />
          ))}
        </fieldset>
        {pipelines.length > 0 ? (
          <fieldset className={styles["choices"]}>
            <legend>
              {texts.choosePipelines} <span className="muted">{texts.choosePipelinesHelp}</span>
            </legend>
            {pipelines.map((pipeline) => (
              <Checkbox
                key={pipeline.id}
                size="sm"
                label={`${pipeline.name} (${pipeline.application})`}
                checked={value.pipelineIds.includes(pipeline.id)}
                onChange={({ currentTarget: { checked } }) =>
                  setValue((old) => ({ ...old, pipelineIds: toggled(old.pipelineIds, pipeline.id, checked) }))
                }
              />
            ))}
          </fieldset>
        ) : null}
        <ClusterRows clusters={value.clusters} onChange={(clusters) => setValue((old) => ({ ...old, clusters }))} />
        {save.error ? <ErrorBox error={save.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
