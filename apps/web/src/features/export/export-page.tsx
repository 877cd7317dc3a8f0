import { NativeSelect, Radio } from "@mantine/core";
import "@mantine/core/styles/Radio.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { applicationsQuery } from "../applications/queries.ts";
import { pipelinesQuery } from "../pipelines/queries.ts";
import { downloadOf, type As, type What } from "./addresses.ts";
import styles from "./export.module.css";

const route = getRouteApi("/export");

/** Documents as files: a pipeline, an application or everything, as received or as kept here. */
export function ExportPage() {
  const { t } = useI18n();
  const query = useQuery(applicationsQuery);
  usePageTitle(t.exports.title);
  return (
    <>
      <div>
        <h1>{t.exports.title}</h1>
        <p className="muted">{t.exports.intro}</p>
      </div>
      <QueryView query={query} loading={<LoadingRows rows={3} height={60} />}>
        {(applications) =>
          applications.length === 0 ? (
            <p className="muted">{t.exports.none}</p>
          ) : (
            <Choosing applications={applications.map(({ name }) => name)} />
          )
        }
      </QueryView>
    </>
  );
}

function Choosing({ applications }: { applications: readonly string[] }) {
  const { t } = useI18n();
  const texts = t.exports;
  const search = route.useSearch();
  const [what, setWhat] = useState<What>(
    search.pipeline !== undefined ? "pipeline" : search.application !== undefined ? "application" : "everything",
  );
  const [as, setAs] = useState<As>("received");
  const [application, setApplication] = useState(search.application ?? applications[0] ?? "");
  const [chosen, setChosen] = useState(search.pipeline ?? "");
  const pipelines = useQuery({ ...pipelinesQuery(application), enabled: what === "pipeline" && application !== "" });
  const pipeline = pipelines.data?.find(({ id }) => id === chosen) ?? pipelines.data?.[0] ?? null;
  const download = downloadOf({ what, as, application, pipeline });
  return (
    <div className={styles["form"]}>
      <Radio.Group label={texts.what} value={what} onChange={(value) => setWhat(value as What)}>
        <div className={styles["choices"]}>
          <Radio value="pipeline" label={texts.pipeline} />
          <Radio value="application" label={texts.application} />
          <Radio value="everything" label={texts.everything} />
        </div>
      </Radio.Group>
      {what === "everything" ? null : (
        <div className={styles["names"]}>
          <NativeSelect
            label={texts.applicationName}
            value={application}
            data={[...applications]}
            onChange={({ currentTarget }) => setApplication(currentTarget.value)}
          />
          {what === "pipeline" && pipelines.data !== undefined && pipelines.data.length > 0 ? (
            <NativeSelect
              label={texts.pipelineName}
              value={pipeline?.id ?? ""}
              data={pipelines.data.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            />
          ) : null}
          {what === "pipeline" && pipelines.data?.length === 0 ? <p className="muted">{texts.noPipelines}</p> : null}
        </div>
      )}
      <Radio.Group label={texts.as} value={as} onChange={(value) => setAs(value as As)}>
        <div className={styles["choices"]}>
          <Radio value="received" label={texts.received} description={texts.receivedHelp} />
          <Radio value="stored" label={texts.stored} description={texts.storedHelp} />
        </div>
      </Radio.Group>
      {download === null ? null : (
        <p className={styles["download"]}>
          <a href={download.href} download={download.file} className={styles["button"]}>
            {texts.download}
          </a>
          <span className="muted">{texts.file(download.file)}</span>
        </p>
      )}
    </div>
  );
}
