import type { PauseState } from "@gennaker/contract/resources/engine.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Fragment, lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { useNow } from "../../ui/data/now.tsx";
import styles from "../../ui/layout/shell.module.css";
import { Mark } from "../../ui/status/mark.tsx";
import { pausesQuery } from "./queries.ts";
import { shownPauses } from "./shown-pauses.ts";

const PauseDialog = lazy(() => import("./pause-dialog.tsx").then((module) => ({ default: module.PauseDialog })));

type Pause = PauseState["pauses"][number];

/** Says on every page that the engine, or the page's application, is paused; and which other applications are. */
export function PauseBanner() {
  const { t } = useI18n();
  const { application } = useParams({ strict: false });
  const { data } = useQuery(pausesQuery);
  const [resuming, setResuming] = useState<Pause | null>(null);
  const { full, others } = shownPauses(data?.pauses ?? [], application ?? null);
  return (
    <div aria-live="polite">
      {full.map((pause) => (
        <Banner key={pause.application ?? ""} pause={pause} onResume={() => setResuming(pause)} />
      ))}
      {others.length > 0 ? (
        <div className={`${styles["banner"]} ${styles["paused"]}`}>
          <Mark look={{ tone: "wait", shape: "pause" }} />
          <p>
            <strong>{t.pauses.others(others.length)}</strong>{" "}
            {others.map((name, index) => (
              <Fragment key={name}>
                {index > 0 ? ", " : ""}
                <Link to="/applications/$application" params={{ application: name }}>
                  {name}
                </Link>
              </Fragment>
            ))}
          </p>
        </div>
      ) : null}
      {resuming ? (
        <Suspense fallback={null}>
          <PauseDialog application={resuming.application} paused={false} onClose={() => setResuming(null)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function Banner({ pause, onResume }: { pause: Pause; onResume(): void }) {
  const { t, format } = useI18n();
  const now = useNow(30_000);
  const when = format.ago(pause.pausedAt, now);
  const resume = pause.application === null ? t.pauses.resumeEngine : t.pauses.resumeApplication(pause.application);
  return (
    <div className={`${styles["banner"]} ${styles["paused"]}`}>
      <Mark look={{ tone: "wait", shape: "pause" }} size={18} />
      <p title={format.dateTime(pause.pausedAt)}>
        <strong>
          {pause.application === null
            ? t.pauses.engine(pause.pausedBy, when)
            : t.pauses.application(pause.application, pause.pausedBy, when)}
        </strong>{" "}
        {pause.reason ? t.pauses.why(pause.reason) : t.pauses.noReason}
      </p>
      <Button size="compact-sm" variant="default" onClick={onResume} aria-label={resume}>
        {t.pauses.resume}
      </Button>
    </div>
  );
}
