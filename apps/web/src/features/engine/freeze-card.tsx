import type { FreezeCalendar } from "@gennaker/contract/resources/engine.ts";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useI18n, type I18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./engine.module.css";
import { toForm, type Period } from "./period.ts";

const ExceptionDialog = lazy(() =>
  import("./exception-dialog.tsx").then((module) => ({ default: module.ExceptionDialog })),
);

/** Does it freeze now, what it holds, when, and what it lets through. */
export function FreezeCard({ calendar, onEdit }: { calendar: FreezeCalendar; onEdit(): void }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<"remove" | "except" | null>(null);
  const { name } = calendar;
  const until = calendar.frozenUntil;
  return (
    <li className={styles["card"]} data-frozen={until !== null}>
      <div className={styles["cardHead"]}>
        <h3>{name}</h3>
        {until === null ? (
          <MarkText look={{ tone: "idle", shape: "empty" }}>{t.freezes.open}</MarkText>
        ) : (
          <MarkText look={{ tone: "wait", shape: "pause" }}>
            {until.startsWith("9999") ? t.freezes.frozenForEver : t.freezes.frozenUntil(format.dateTime(until))}
          </MarkText>
        )}
      </div>
      {calendar.reason ? <p>{calendar.reason}</p> : null}
      <dl className={styles["facts"]}>
        <div>
          <dt>{t.freezes.holds}</dt>
          <dd>
            {t.freezes.holdsWords[calendar.holds]} · {calendar.application ?? t.freezes.all}
            {calendar.stageTypes ? ` · ${t.freezes.onlyTypes(calendar.stageTypes.join(", "))}` : ""}
          </dd>
        </div>
        <div>
          <dt>
            {t.freezes.periods} ({t.freezes.zone(calendar.timezone)})
          </dt>
          <dd>
            <ul>
              {calendar.periods.map((period, index) => (
                <li key={index} className="num">
                  {periodWords(period, i18n)}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
      <Exceptions calendar={calendar} />
      <div className={styles["cardFoot"]}>
        <p className={`muted ${styles["small"]}`}>
          {t.freezes.changedBy(calendar.updatedBy)} · <Ago time={calendar.updatedAt} />
        </p>
        <div className={styles["actions"]}>
          <Button size="xs" variant="default" onClick={onEdit} aria-label={t.freezes.editNamed(name)}>
            {t.freezes.edit}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => setDialog("except")}
            aria-label={t.freezes.addExceptionTo(name)}
          >
            {t.freezes.addException}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => setDialog("remove")}
            aria-label={`${t.common.remove}: ${name}`}
          >
            {t.common.remove}
          </Button>
        </div>
      </div>
      {dialog === "remove" ? (
        <ConfirmDialog
          title={t.freezes.removeTitle(name)}
          text={t.freezes.removeText}
          submit={t.common.remove}
          danger
          onClose={() => setDialog(null)}
          onConfirm={async () => {
            await api.call("deleteFreeze", { params: { freeze: name } });
            await queries.invalidateQueries({ queryKey: keys.freezes });
          }}
        />
      ) : null}
      {dialog === "except" ? (
        <Suspense fallback={null}>
          <ExceptionDialog calendar={name} onClose={() => setDialog(null)} />
        </Suspense>
      ) : null}
    </li>
  );
}

function Exceptions({ calendar }: { calendar: FreezeCalendar }) {
  const { t, format } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => api.call("deleteFreezeException", { params: { freeze: calendar.name, exception: id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.freezes }),
    onError: (error) => tell(error.message, "failed"),
  });
  if (calendar.exceptions.length === 0) return null;
  return (
    <div>
      <h4 className={styles["small"]}>{t.freezes.exceptions}</h4>
      <ul className={styles["exceptions"]}>
        {calendar.exceptions.map((each) => (
          <li key={each.id}>
            <span>
              <span className="muted">{t.freezes.whats[each.what]}</span> <strong>{each.subject}</strong>: {each.reason}
              <span className="muted">
                {" "}
                {each.until ? `${t.freezes.exceptionUntil(format.dateTime(each.until))} · ` : ""}
                {t.freezes.by(each.madeBy)}
              </span>
            </span>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t.freezes.removeException(each.subject)}
              loading={remove.isPending && remove.variables === each.id}
              onClick={() => remove.mutate(each.id)}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A period as a person says it; moments without a zone are those of the calendar's clocks and stay as written. */
function periodWords(period: Period, { t, format }: I18n): string {
  const form = toForm(period);
  if (form.kind === "daily") return t.freezes.daily(form.from, form.to);
  if (form.kind === "weekly")
    return t.freezes.weekly(`${format.weekday(form.fromDay)} ${form.from}`, `${format.weekday(form.toDay)} ${form.to}`);
  return t.freezes.once(form.from.replace("T", " "), form.to.replace("T", " "));
}
