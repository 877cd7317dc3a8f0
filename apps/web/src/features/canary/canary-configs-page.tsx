import type { CanaryConfig } from "@gennaker/contract/resources/canary.ts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import styles from "./canary.module.css";
import { judgeOf, metricsOf, weightsOf } from "./config-words.ts";
import { canaryConfigsQuery } from "./queries.ts";

const route = getRouteApi("/applications/$application/canary-configs");

export function CanaryConfigsPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const { config } = route.useSearch();
  usePageTitle(`${application}: ${t.tabs.canary}`);
  const query = useQuery(canaryConfigsQuery(application));
  return (
    <>
      <h2 className="visually-hidden">{t.tabs.canary}</h2>
      <QueryView query={query} loading={<LoadingRows rows={2} height={220} />}>
        {(configs) =>
          configs.length === 0 ? (
            <Empty title={t.canary.configs.empty}>
              <p>{t.canary.configs.emptyText}</p>
            </Empty>
          ) : (
            <div className={styles["configs"]}>
              {configs.map((each) => (
                <Config key={each.id} config={each} open={each.id === config} />
              ))}
            </div>
          )
        }
      </QueryView>
    </>
  );
}

function Config({ config, open }: { config: CanaryConfig; open: boolean }) {
  const { t, format } = useI18n();
  const texts = t.canary.configs;
  const metrics = metricsOf(config.document);
  const weights = weightsOf(config.document);
  const { description } = config.document;
  return (
    <section className={styles["config"]} aria-label={config.name}>
      <header>
        <h3>{config.name}</h3>
        <span className="muted">{texts.metrics(metrics.length)}</span>
        <span className="muted">{judgeOf(config.document)}</span>
        <span className="muted">
          {texts.updated} <Ago time={config.updatedAt} />
        </span>
      </header>
      {typeof description === "string" ? <p>{description}</p> : null}
      <ScrollRegion className={styles["scroll"]} label={`${t.canary.metrics}: ${config.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.canary.metric}</th>
              <th scope="col">{t.canary.groups}</th>
              <th scope="col">{texts.direction}</th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr key={metric.name}>
                <th scope="row">
                  {metric.name}
                  {metric.critical ? <span className={styles["badge"]}>{t.canary.critical}</span> : null}
                  {metric.query === "" ? null : <p className="muted mono">{metric.query}</p>}
                </th>
                <td>{metric.groups.join(", ")}</td>
                <td>{texts.directions[metric.direction] ?? metric.direction}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {weights.length > 0 ? (
        <p className="muted">
          {texts.weights}: {weights.map(([name, weight]) => `${name} ${format.number(weight)}`).join(" · ")}
        </p>
      ) : null}
      <JsonView title={texts.json} value={config.document} open={open} />
    </section>
  );
}
