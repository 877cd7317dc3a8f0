import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import type { AuditSearch } from "../../routes/search.ts";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { exportAddress } from "./audit-filter.ts";
import styles from "./audit.module.css";
import { auditStateQuery } from "./queries.ts";

/** The newest seal, places outside that are behind, the check of the chain, and the export of what is shown. */
export function AuditSeal({ search }: { search: AuditSearch }) {
  const { t } = useI18n();
  const state = useQuery(auditStateQuery);
  const check = useMutation({ mutationFn: () => api.call("verifyAudit", { query: {} }) });
  // Whoever may not read the whole audit has no use for its seals.
  if (state.data === undefined) return null;
  const { head, keepDays, sinks } = state.data;
  const failing = sinks.filter((sink) => sink.error !== null);
  return (
    <section className={styles["seal"]} aria-label={t.audit.chain}>
      <div className={styles["bar"]}>
        <span>
          {t.audit.sealed(head.seq)} <code className={styles["hash"]}>{head.hash.slice(0, 16)}</code>
        </span>
        <span className="muted">{keepDays === 0 ? t.audit.keptForEver : t.audit.kept(keepDays)}</span>
        <span className={styles["actions"]}>
          <Button size="xs" variant="default" onClick={() => check.mutate()} loading={check.isPending}>
            {t.audit.verify}
          </Button>
          <Button
            size="xs"
            variant="default"
            component="a"
            href={exportAddress(search)}
            download="gennaker-audit.jsonl"
          >
            {t.audit.export}
          </Button>
        </span>
      </div>
      {failing.map((sink) => (
        <p key={sink.name}>
          <MarkText look={{ tone: "bad", shape: "bang" }}>
            {t.audit.sinkFails(sink.name, sink.behind, sink.error ?? "")}
          </MarkText>
        </p>
      ))}
      <div aria-live="polite">
        {check.error ? <ErrorBox error={check.error} /> : null}
        {check.data?.intact === true ? (
          <p>
            <MarkText look={{ tone: "ok", shape: "check" }}>{t.audit.intact(check.data.checked)}</MarkText>
          </p>
        ) : null}
        {check.data?.intact === false ? (
          <>
            <p>
              <MarkText look={{ tone: "bad", shape: "cross" }} strong>
                {t.audit.notIntact(check.data.findings.length)}
              </MarkText>
            </p>
            <ul>
              {check.data.findings.map((finding) => (
                <li key={`${finding.kind} ${finding.seq} ${finding.id}`}>
                  {t.audit.findings[finding.kind]}: <span lang="en">{finding.text}</span>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </section>
  );
}
