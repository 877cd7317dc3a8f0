import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { pipelineQuery } from "../pipelines/queries.ts";
import { comparisonOf } from "./executions.ts";
import { comparisonQuery, comparisonsQuery } from "./queries.ts";
import { ShadowForm } from "./shadow-form.tsx";
import { sameLooks, ShadowReportView } from "./shadow-report.tsx";
import styles from "./shadow.module.css";

const route = getRouteApi("/applications/$application/pipelines/$pipeline/shadow");

/** A pipeline held against a running Spinnaker: compare, what was found, and the comparisons before. */
export function ShadowPage() {
  const { t } = useI18n();
  const { application, pipeline } = route.useParams();
  const query = useQuery(pipelineQuery(pipeline));
  usePageTitle(query.data ? t.shadow.title(query.data.name) : t.shadow.action);
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
        {(found) => <Comparing key={found.id} pipeline={found} />}
      </QueryView>
    </>
  );
}

function Comparing({ pipeline: { id, name, application } }: { pipeline: Pipeline }) {
  const { t } = useI18n();
  const { comparison } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const shown = useQuery({ ...comparisonQuery(application, id, comparison ?? ""), enabled: comparison !== undefined });
  return (
    <>
      <div>
        <h1>{t.shadow.title(name)}</h1>
        <p className={`muted ${styles["intro"]}`}>{t.shadow.intro}</p>
      </div>
      <ShadowForm
        application={application}
        pipeline={id}
        onCompared={(report) => {
          queries.setQueryData(comparisonQuery(application, id, report.id).queryKey, report);
          queries.setQueryData(comparisonsQuery(application, id).queryKey, (old) => [
            comparisonOf(report),
            ...(old ?? []),
          ]);
          void navigate({ search: { comparison: report.id }, resetScroll: false });
        }}
      />
      {comparison === undefined ? null : (
        <QueryView query={shown} loading={<LoadingRows rows={2} height={90} />}>
          {(report) => <ShadowReportView key={report.id} report={report} />}
        </QueryView>
      )}
      <Earlier application={application} pipeline={id} shown={comparison} />
    </>
  );
}

function Earlier({
  application,
  pipeline,
  shown,
}: {
  application: string;
  pipeline: string;
  shown: string | undefined;
}) {
  const { t } = useI18n();
  const texts = t.shadow;
  const { data } = useQuery(comparisonsQuery(application, pipeline));
  return (
    <section className={styles["history"]} aria-labelledby="earlier">
      <h2 id="earlier">{texts.history}</h2>
      {data === undefined || data.length === 0 ? <p className="muted">{data ? texts.noHistory : ""}</p> : null}
      <ul>
        {(data ?? []).map((each) => (
          <li key={each.id}>
            <Link
              from={route.id}
              to="."
              search={{ comparison: each.id }}
              resetScroll={false}
              aria-current={each.id === shown ? "true" : undefined}
            >
              <MarkText look={sameLooks[each.runs > 0 && each.same === each.runs ? "same" : "differs"]}>
                {texts.summary(each.same, each.runs)}
              </MarkText>
            </Link>
            <span className="muted">
              {each.source === "" ? texts.uploaded : each.source} · {texts.by(each.comparedBy)} ·{" "}
              <Ago time={each.comparedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
