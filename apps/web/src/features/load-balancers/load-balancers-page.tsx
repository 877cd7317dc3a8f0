import type { LoadBalancer } from "@gennaker/contract/resources/cluster.ts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { loadBalancersQuery } from "../clusters/queries.ts";
import styles from "./load-balancers.module.css";
import { SplitBar } from "./split-bar.tsx";

const route = getRouteApi("/applications/$application/load-balancers");

export function LoadBalancersPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  usePageTitle(`${application}: ${t.tabs.loadBalancers}`);
  const query = useQuery(loadBalancersQuery(application));
  return (
    <>
      <h2 className="visually-hidden">{t.tabs.loadBalancers}</h2>
      <QueryView query={query} loading={<LoadingRows rows={2} height={190} />}>
        {(balancers) =>
          balancers.length === 0 ? (
            <Empty title={t.loadBalancers.empty}>
              <p>{t.loadBalancers.emptyText}</p>
            </Empty>
          ) : (
            <>
              {balancers.map((balancer) => (
                <Balancer key={`${balancer.account}/${balancer.region}/${balancer.name}`} balancer={balancer} />
              ))}
            </>
          )
        }
      </QueryView>
    </>
  );
}

function Balancer({ balancer }: { balancer: LoadBalancer }) {
  const { t, format } = useI18n();
  const texts = t.loadBalancers;
  const up = balancer.state === "up";
  const { healthCheck: check, generation, generationInForce: inForce } = balancer;
  return (
    <section className={styles["card"]} aria-label={balancer.name}>
      <header>
        <h3>{balancer.name}</h3>
        <MarkText look={up ? { tone: "ok", shape: "check" } : { tone: "bad", shape: "cross" }}>
          {up ? texts.up : texts.down}
        </MarkText>
        <span className="muted">
          {balancer.account} · {balancer.region}
        </span>
        {balancer.requestsPerSecond === null ? null : (
          <strong className="num">{texts.perSecond(format.number(balancer.requestsPerSecond, 1))}</strong>
        )}
      </header>
      {balancer.reason !== "" && !up ? <p>{balancer.reason}</p> : null}
      <SplitBar balancer={balancer} />
      <dl className={styles["facts"]}>
        <div>
          <dt>{texts.port}</dt>
          <dd className="mono">{balancer.port}</dd>
        </div>
        <div>
          <dt>{texts.healthCheck}</dt>
          <dd>{texts.check(check.path, format.duration(check.intervalMs), format.duration(check.timeoutMs))}</dd>
        </div>
        <div>
          <dt>{texts.generation}</dt>
          <dd className="num">
            {inForce === generation
              ? texts.inForce(generation)
              : texts.waiting(generation, inForce === null ? t.common.none : String(inForce))}
          </dd>
        </div>
      </dl>
    </section>
  );
}
