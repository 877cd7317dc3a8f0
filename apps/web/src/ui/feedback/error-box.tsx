import { ApiError } from "@gennaker/client/api-error.ts";
import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import { askedOf } from "../../features/access/resource.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Mark } from "../status/mark.tsx";
import styles from "./feedback.module.css";

const WhyNot = lazy(() => import("../../features/access/why-not.tsx").then((module) => ({ default: module.WhyNot })));

/** What went wrong, in the server's words, its places in a document, and a way to try again. */
export function ErrorBox({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useI18n();
  const api = error instanceof ApiError ? error : null;
  const asked = api?.denied ? askedOf(api.denied) : null;
  const known = api ? t.errors.codes[api.code] : undefined;
  const message =
    api?.code === "unreachable" ? t.errors.unreachable : error instanceof Error ? error.message : String(error);
  return (
    <div className={styles["error"]} role="alert">
      <Mark look={{ tone: "bad", shape: "cross" }} size={18} />
      <div className={styles["errorBody"]}>
        <strong>{known ?? t.errors.title}</strong>
        <p>{message}</p>
        {api && api.problems.length > 0 ? <ProblemList problems={api.problems} /> : null}
        {asked ? (
          <Suspense fallback={null}>
            <div>
              <WhyNot asked={asked} />
            </div>
          </Suspense>
        ) : null}
        {api?.requestId ? <p className={`muted ${styles["small"]}`}>{t.common.requestId(api.requestId)}</p> : null}
        {onRetry ? (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t.common.retry}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function ProblemList({ problems }: { problems: readonly { pointer: string; reason: string }[] }) {
  const { t } = useI18n();
  return (
    <ul className={styles["problems"]}>
      {problems.map((problem, index) => (
        <li key={index}>
          <code>{problem.pointer === "" ? t.errors.top : problem.pointer}</code> {problem.reason}
        </li>
      ))}
    </ul>
  );
}
