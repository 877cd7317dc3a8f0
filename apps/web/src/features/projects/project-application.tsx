import type { Cluster } from "@gennaker/contract/resources/cluster.ts";
import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { asStatus, instanceLooks, lookOf } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import { applicationQuery } from "../applications/queries.ts";
import { clustersQuery } from "../clusters/queries.ts";
import { pipelinesQuery } from "../pipelines/queries.ts";
import { shownClusters, type ClusterFilter } from "./project-document.ts";
import styles from "./projects.module.css";

type Props = { name: string; filters: readonly ClusterFilter[]; pipelineIds: readonly string[] };

/** One application of a project: its clusters with their health and traffic, its chosen pipelines with their last run. */
export function ProjectApplication({ name, filters, pipelineIds }: Props) {
  const { t } = useI18n();
  const application = useQuery(applicationQuery(name));
  const clusters = useQuery({ ...clustersQuery(name), enabled: application.data !== undefined });
  const pipelines = useQuery({ ...pipelinesQuery(name), enabled: application.data !== undefined });
  return (
    <section className={styles["application"]} aria-label={name}>
      <header>
        <h2>
          <Link to="/applications/$application" params={{ application: name }}>
            {name}
          </Link>
        </h2>
        <span className="muted">{application.data?.description ?? ""}</span>
      </header>
      {application.error ? (
        <p className="muted">{t.projects.missing}</p>
      ) : (
        <div className={styles["parts"]}>
          <div>
            <h3>{t.tabs.clusters}</h3>
            <QueryView query={clusters} loading={<LoadingRows rows={1} height={40} />}>
              {(all) => <Clusters clusters={shownClusters(all, filters)} />}
            </QueryView>
          </div>
          <div>
            <h3>{t.tabs.pipelines}</h3>
            <QueryView query={pipelines} loading={<LoadingRows rows={1} height={40} />}>
              {(all) => (
                <Pipelines pipelines={pipelineIds.flatMap((id) => all.find((pipeline) => pipeline.id === id) ?? [])} />
              )}
            </QueryView>
          </div>
        </div>
      )}
    </section>
  );
}

function Clusters({ clusters }: { clusters: readonly Cluster[] }) {
  const { t } = useI18n();
  if (clusters.length === 0) return <p className="muted">{t.projects.noClusters}</p>;
  return (
    <ul className={styles["lines"]}>
      {clusters.map((cluster) => {
        const instances = cluster.serverGroups.flatMap((group) => group.instances);
        const up = instances.filter((instance) => instance.state === "up").length;
        const look =
          instances.length === 0
            ? instanceLooks.stopped
            : up === instances.length
              ? instanceLooks.up
              : up === 0
                ? instanceLooks.down
                : instanceLooks.starting;
        return (
          <li key={`${cluster.account}/${cluster.name}`}>
            <Link
              to="/applications/$application"
              params={{ application: cluster.application }}
              search={{ q: cluster.name }}
            >
              {cluster.name}
            </Link>
            <span className="muted">{cluster.account}</span>
            <MarkText look={look}>
              {instances.length === 0 ? t.clusters.noInstances : t.clusters.up(up, instances.length)}
            </MarkText>
          </li>
        );
      })}
    </ul>
  );
}

function Pipelines({ pipelines }: { pipelines: readonly Pipeline[] }) {
  const { t } = useI18n();
  if (pipelines.length === 0) return <p className="muted">{t.projects.noPipelines}</p>;
  return (
    <ul className={styles["lines"]}>
      {pipelines.map((pipeline) => {
        const last = pipeline.lastExecution;
        const status = last === null ? null : asStatus(last.status);
        return (
          <li key={pipeline.id}>
            <Link
              to="/applications/$application/executions"
              params={{ application: pipeline.application }}
              search={{ pipeline: pipeline.id }}
            >
              {pipeline.name}
            </Link>
            <span className="muted">{last ? <Ago time={last.buildTime} /> : ""}</span>
            {status === null || last === null ? (
              <span className="muted">{t.pipelines.neverRan}</span>
            ) : (
              <Link
                to="/applications/$application/executions/$execution"
                params={{ application: pipeline.application, execution: last.id }}
                aria-label={`${pipeline.name}: ${t.states[status]}`}
              >
                <MarkText look={lookOf(status)}>{t.states[status]}</MarkText>
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
