import { ApiError } from "@gennaker/client/api-error.ts";
import type { Pipeline, PipelineDocument, Validation } from "@gennaker/contract/resources/pipeline.ts";
import { Button, Modal, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { useTell } from "../../ui/layout/toasts.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { locate } from "./locate.ts";
import { newDocument, parseDocument } from "./pipeline-document.ts";
import styles from "./pipelines.module.css";

type Problem = Validation["problems"][number];
type Props = { application: string; pipeline: Pipeline | null; onClose(): void; onSaved(id: string): void };

/** A pipeline's JSON to read and change. Saving is refused when somebody else has saved meanwhile. */
export function PipelineEditor({ application, pipeline, onClose, onSaved }: Props) {
  const { t } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const [saved, setSaved] = useState(() => JSON.stringify(pipeline?.document ?? newDocument(application), null, 2));
  const [text, setText] = useState(saved);
  const field = useRef<HTMLTextAreaElement>(null);
  const parsed = parseDocument(text);
  const badJson = parsed.ok ? null : parsed.reason === null ? t.editor.notObject : t.editor.badJson(parsed.reason);
  const changed = text !== saved;

  const check = useMutation({
    mutationFn: (document: Record<string, unknown>) => api.call("validatePipeline", { body: document }),
  });
  const save = useMutation({
    mutationFn: (document: Record<string, unknown>) =>
      api.call("savePipeline", {
        query: { staleCheck: "true" },
        body: (pipeline ? { ...document, id: pipeline.id } : document) as PipelineDocument,
      }),
    async onSuccess(result) {
      await queries.invalidateQueries({ queryKey: keys.pipelines(application) });
      const next = JSON.stringify(result.document, null, 2);
      setSaved(next);
      setText(next);
      check.reset();
      tell(t.editor.saved);
      if (!pipeline) onSaved(result.id);
    },
  });
  const refused: Problem[] =
    save.error instanceof ApiError
      ? save.error.problems.map((problem) => ({ ...problem, level: "error" as const }))
      : [];
  const problems = refused.length > 0 ? refused : (check.data?.problems ?? []);

  function edit(next: string): void {
    setText(next);
    save.reset();
    check.reset();
  }
  function show(pointer: string): void {
    const place = locate(text, pointer);
    const area = field.current;
    if (!place || !area) return;
    area.focus();
    area.setSelectionRange(place.start, place.end);
    area.scrollTop = Math.max(0, (place.line - 4) * 18.75);
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={pipeline ? t.pipelines.editNamed(pipeline.name) : t.pipelines.create}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <div className={styles["editor"]}>
        <Textarea
          ref={field}
          label={t.editor.label}
          value={text}
          onChange={(event) => edit(event.currentTarget.value)}
          rows={22}
          spellCheck={false}
          error={badJson}
          data-autofocus
        />
        {check.data?.valid && check.data.problems.length === 0 ? (
          <MarkText look={{ tone: "ok", shape: "check" }}>{t.editor.valid}</MarkText>
        ) : null}
        {(["error", "repaired", "note"] as const).map((level) => (
          <Problems
            key={level}
            level={level}
            text={text}
            problems={problems.filter((problem) => problem.level === level)}
            onShow={show}
          />
        ))}
        {save.error && refused.length === 0 ? <ErrorBox error={save.error} /> : null}
        {check.error ? <ErrorBox error={check.error} /> : null}
        <div className={form["actions"]}>
          <output className="muted">{changed && pipeline ? t.editor.unsaved : ""}</output>
          {changed && pipeline ? (
            <Button variant="default" onClick={() => edit(saved)}>
              {t.editor.discard}
            </Button>
          ) : null}
          <Button
            variant="default"
            disabled={!parsed.ok}
            loading={check.isPending}
            onClick={() => parsed.ok && check.mutate(parsed.document)}
          >
            {t.editor.check}
          </Button>
          <Button
            disabled={!parsed.ok || (pipeline !== null && !changed)}
            loading={save.isPending}
            onClick={() => parsed.ok && save.mutate(parsed.document)}
          >
            {t.common.save}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Problems({
  level,
  text,
  problems,
  onShow,
}: {
  level: Problem["level"];
  text: string;
  problems: readonly Problem[];
  onShow(pointer: string): void;
}) {
  const { t } = useI18n();
  if (problems.length === 0) return null;
  const title = { error: t.editor.errors, repaired: t.editor.repaired, note: t.editor.note }[level];
  return (
    <div className={styles["problems"]} data-level={level} role={level === "error" ? "alert" : undefined}>
      <strong>{title}</strong>
      <ul className={styles["editor"]}>
        {problems.map((problem, index) => {
          const place = locate(text, problem.pointer);
          return (
            <li key={index}>
              <span>
                <button
                  type="button"
                  className={styles["place"]}
                  onClick={() => onShow(problem.pointer)}
                  title={t.editor.go}
                >
                  {problem.pointer === "" ? t.errors.top : problem.pointer}
                </button>
                {place ? <span className="muted">{t.editor.line(place.line)}</span> : null}
              </span>
              <span>
                {problem.reason} {problem.suggestion ? t.editor.suggestion(problem.suggestion) : ""}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
