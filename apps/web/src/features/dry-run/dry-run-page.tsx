import { ApiError } from "@gennaker/client/api-error.ts";
import type { DryRun } from "@gennaker/contract/resources/dry-run.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { ParameterField } from "../pipelines/parameter-field.tsx";
import { fieldsOf, missingOf, parametersToSend, problemsByField } from "../pipelines/parameters.ts";
import { pipelineQuery } from "../pipelines/queries.ts";
import styles from "./dry-run.module.css";
import { DryRunStages } from "./dry-run-stages.tsx";
import { countsOf } from "./dry-run-words.ts";
import { dryRunQuery } from "./queries.ts";

const route = getRouteApi("/applications/$application/pipelines/$pipeline/dry-run");

/** A pipeline's parameters, and what a run with them would do. The answer belongs to the address, so it can be shared. */
export function DryRunPage() {
  const { t } = useI18n();
  const { application, pipeline } = route.useParams();
  const query = useQuery(pipelineQuery(pipeline));
  usePageTitle(query.data ? t.dryRun.title(query.data.name) : t.dryRun.action);
  return (
    <>
      <nav className="crumbs" aria-label={t.tabs.pipelines}>
        <Link to="/applications/$application" params={{ application }}>
          {application}
        </Link>
        <span aria-hidden="true">/</span>
        <Link to="/applications/$application/pipelines" params={{ application }}>
          {t.tabs.pipelines}
        </Link>
      </nav>
      <QueryView query={query} loading={<LoadingRows rows={2} height={120} />}>
        {(found) => <DryRunView key={found.id} pipeline={found} />}
      </QueryView>
    </>
  );
}

function DryRunView({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useI18n();
  const { parameters } = route.useSearch();
  const navigate = route.useNavigate();
  const fields = useMemo(() => fieldsOf(pipeline.document, parameters), [pipeline, parameters]);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.initial])),
  );
  const [asked, setAsked] = useState(false);
  const result = useQuery(dryRunQuery(pipeline.application, pipeline.id, parameters));
  const missing = missingOf(fields, values);
  const refused = problemsByField(result.error instanceof ApiError ? result.error.problems : [], fields);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (missing.length > 0) return;
    const next = parametersToSend(fields, values);
    if (JSON.stringify(next) === JSON.stringify(parameters)) void result.refetch();
    else void navigate({ search: { parameters: next }, resetScroll: false });
  }
  return (
    <>
      <div>
        <h1>{t.dryRun.title(pipeline.name)}</h1>
        <p className="muted">{t.dryRun.intro}</p>
      </div>
      <div className={styles["page"]}>
        <form className={styles["form"]} onSubmit={submit} noValidate aria-label={t.dryRun.parameters}>
          <h2>{t.dryRun.parameters}</h2>
          {fields.length === 0 ? <p className="muted">{t.pipelines.noParameters}</p> : null}
          {fields.map((field) => (
            <ParameterField
              key={field.name}
              field={field}
              value={values[field.name] ?? ""}
              first={false}
              error={refused[field.name] ?? (asked && missing.includes(field.name) ? t.common.required : null)}
              onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
            />
          ))}
          <Button type="submit" loading={result.isFetching}>
            {t.dryRun.submit}
          </Button>
        </form>
        <div className={styles["result"]} aria-busy={result.isFetching}>
          {parameters === undefined ? (
            <p className={`muted ${styles["waiting"]}`}>{t.dryRun.waiting}</p>
          ) : result.data ? (
            <Result result={result.data} />
          ) : result.error ? (
            <ErrorBox error={result.error} onRetry={() => void result.refetch()} />
          ) : (
            <LoadingRows rows={3} height={110} />
          )}
        </div>
      </div>
    </>
  );
}

function Result({ result }: { result: DryRun }) {
  const { t } = useI18n();
  const { stages, pending, problems } = countsOf(result);
  return (
    <>
      <section className={styles["verdict"]} data-valid={result.valid} aria-label={t.dryRun.action}>
        <output>
          <MarkText strong look={result.valid ? { tone: "ok", shape: "check" } : { tone: "bad", shape: "cross" }}>
            {result.valid ? t.dryRun.valid : t.dryRun.invalid}
          </MarkText>
        </output>
        <p className="muted num">{t.dryRun.summary(stages, pending, problems)}</p>
        {result.problems.length > 0 ? (
          <div>
            <h3>{t.dryRun.problems}</h3>
            <ul className={styles["lines"]}>
              {result.problems.map((problem, index) => (
                <li key={index}>
                  <code>{problem.pointer === "" ? t.errors.top : problem.pointer}</code> {problem.reason}
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {result.notes.length > 0 ? (
          <div>
            <h3>{t.dryRun.notes}</h3>
            <ul className={styles["lines"]}>
              {result.notes.map((note, index) => (
                <li key={index}>{note}</li>
              ))}
            </ul>
          </div>
        ) : null}
        <JsonView title={t.dryRun.trigger} value={result.trigger} />
      </section>
      <DryRunStages stages={result.stages} />
    </>
  );
}
