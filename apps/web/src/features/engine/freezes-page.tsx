import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./engine.module.css";
import { FreezeCard } from "./freeze-card.tsx";
import { HeldRuns } from "./held-runs.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { freezesQuery, pausesQuery } from "./queries.ts";

const FreezeDialog = lazy(() => import("./freeze-dialog.tsx").then((module) => ({ default: module.FreezeDialog })));
const route = getRouteApi("/freezes");

/** What keeps runs from going on: pauses, freeze calendars, and the runs that they hold just now. */
export function FreezesPage() {
  const { t } = useI18n();
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(t.freezes.title);
  const freezes = useQuery(freezesQuery);
  const open = (name?: string) =>
    void navigate({ search: name === undefined ? {} : { edit: name }, resetScroll: false });
  const edited = freezes.data?.find((each) => each.name === edit) ?? null;
  return (
    <>
      <h1>{t.freezes.title}</h1>
      <EngineState />
      <section className={styles["section"]} aria-labelledby="calendars">
        <div className={styles["top"]}>
          <h2 id="calendars">{t.freezes.calendars}</h2>
          {freezes.data && freezes.data.length > 0 ? (
            <Button size="xs" variant="default" onClick={() => open("new")}>
              {t.freezes.create}
            </Button>
          ) : null}
        </div>
        <QueryView query={freezes} loading={<LoadingRows rows={2} height={110} />}>
          {(list) =>
            list.length === 0 ? (
              <Empty
                heading="h3"
                title={t.freezes.empty}
                action={<Button onClick={() => open("new")}>{t.freezes.create}</Button>}
              >
                <p>{t.freezes.emptyText}</p>
              </Empty>
            ) : (
              <ul className={styles["cards"]}>
                {list.map((calendar) => (
                  <FreezeCard key={calendar.name} calendar={calendar} onEdit={() => open(calendar.name)} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </section>
      <HeldRuns />
      {edited || edit === "new" ? (
        <Suspense fallback={null}>
          <FreezeDialog key={edit} calendar={edited} onClose={() => open()} />
        </Suspense>
      ) : null}
    </>
  );
}

/** Does the engine run? What is paused, by whom and why, with the way to go on. */
function EngineState() {
  const { t } = useI18n();
  const query = useQuery(pausesQuery);
  const [asking, setAsking] = useState<{ application: string | null; paused: boolean } | null>(null);
  return (
    <section className={styles["section"]} aria-labelledby="engine">
      <div className={styles["top"]}>
        <h2 id="engine">{t.pauses.title}</h2>
        {query.data?.paused === false ? (
          <Button size="xs" variant="default" onClick={() => setAsking({ application: null, paused: true })}>
            {t.pauses.pauseEngine}
          </Button>
        ) : null}
      </div>
      <QueryView query={query} loading={<LoadingRows rows={1} height={44} />}>
        {({ pauses }) =>
          pauses.length === 0 ? (
            <p className={styles["state"]}>
              <MarkText look={{ tone: "ok", shape: "check" }}>{t.pauses.running}</MarkText>
            </p>
          ) : (
            <ul className={styles["list"]}>
              {pauses.map((pause) => {
                const name = pause.application ?? t.pauses.title;
                return (
                  <li key={pause.application ?? ""} className={styles["pause"]}>
                    <MarkText look={{ tone: "wait", shape: "pause" }}>{name}</MarkText>
                    <span>{pause.reason ?? <span className="muted">{t.pauses.noReason}</span>}</span>
                    <span className="muted">
                      {pause.pausedBy} · <Ago time={pause.pausedAt} />
                    </span>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={
                        pause.application === null
                          ? t.pauses.resumeEngine
                          : t.pauses.resumeApplication(pause.application)
                      }
                      onClick={() => setAsking({ application: pause.application, paused: false })}
                    >
                      {t.pauses.resume}
                    </Button>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryView>
      {asking ? <PauseDialog {...asking} onClose={() => setAsking(null)} /> : null}
    </section>
  );
}
