import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { lookOf, stateOfExecution } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./engine.module.css";
import { heldRuns } from "./held.ts";
import { waitingRunsQuery } from "./queries.ts";

/** The runs that wait because of a pause or a freeze, and for which. */
export function HeldRuns() {
  const { t, explain } = useI18n();
  const query = useQuery(waitingRunsQuery);
  const held = useMemo(() => heldRuns(query.data ?? []), [query.data]);
  return (
    <section className={styles["section"]} aria-labelledby="held">
      <h2 id="held">{t.freezes.held}</h2>
      <QueryView query={query} loading={<LoadingRows rows={2} height={44} />}>
        {() =>
          held.length === 0 ? (
            <p className="muted">{t.freezes.heldNone}</p>
          ) : (
            <ul className={styles["list"]}>
              {held.map(({ run, why }) => {
                const state = stateOfExecution(run);
                return (
                  <li key={run.id} className={styles["held"]}>
                    <MarkText look={lookOf(state)}>{t.states[state]}</MarkText>
                    <span>
                      <Link
                        to="/applications/$application/executions/$execution"
                        params={{ application: run.application, execution: run.id }}
                      >
                        {run.name}
                      </Link>{" "}
                      <span className="muted">{run.application}</span>
                    </span>
                    <span>{explain(why).text}</span>
                    <span className="muted">
                      <Ago time={run.buildTime} />
                    </span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}
