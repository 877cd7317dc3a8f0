import { ApiError } from "@gennaker/client/api-error.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { ParameterField } from "./parameter-field.tsx";
import { fieldsOf, missingOf, parametersToSend, problemsByField } from "./parameters.ts";

type Props = { pipeline: Pipeline; title?: string; previous?: Execution; onClose(): void };

/** Asks for a pipeline's parameters and starts it; then the page goes to the run. */
export function StartDialog({ pipeline, title, previous, onClose }: Props) {
  const { t } = useI18n();
  const fields = useMemo(() => fieldsOf(pipeline.document, parametersOf(previous)), [pipeline, previous]);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.initial])),
  );
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      api.call("startPipeline", {
        params: { pipeline: pipeline.id },
        body: { parameters: parametersToSend(fields, values), ...(reason === "" ? {} : { reason }) },
      }),
    onSuccess({ id }) {
      void queries.invalidateQueries({ queryKey: keys.executions(pipeline.application) });
      // Closing may change the address too: the way to the run comes last.
      onClose();
      void navigate({
        to: "/applications/$application/executions/$execution",
        params: { application: pipeline.application, execution: id },
      });
    },
  });
  const missing = missingOf(fields, values);
  const refused = problemsByField(start.error instanceof ApiError ? start.error.problems : [], fields);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (missing.length === 0) start.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title ?? t.pipelines.startTitle(pipeline.name)}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <form className={form["form"]} onSubmit={submit} noValidate>
        {fields.length === 0 ? <p className="muted">{t.pipelines.noParameters}</p> : null}
        {fields.map((field, index) => (
          <ParameterField
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            first={index === 0}
            error={refused[field.name] ?? (asked && missing.includes(field.name) ? t.common.required : null)}
            onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
          />
        ))}
        <TextInput
          label={`${t.pipelines.reason} (${t.common.optional})`}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {start.error ? <ErrorBox error={start.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={start.isPending}>
            {t.pipelines.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function parametersOf(execution: Execution | undefined): Record<string, unknown> {
  const parameters = execution?.trigger["parameters"];
  return typeof parameters === "object" && parameters !== null ? (parameters as Record<string, unknown>) : {};
}
