import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./access.module.css";
import { meQuery } from "./queries.ts";
import { SessionSection } from "./session-section.tsx";
import { TokenSection } from "./token-section.tsx";
import { WhyForm } from "./why-form.tsx";

/** What belongs to whoever is logged in: roles, tokens, sessions, password, emergency access, and “why can't I?”. */
export function AccountPage() {
  const { t } = useI18n();
  usePageTitle(t.access.account);
  const query = useQuery(meQuery);
  return (
    <QueryView query={query}>
      {(me) =>
        me.authentication ? (
          <>
            <div>
              <h1>{me.displayName ?? me.user}</h1>
              <p className="muted">{[me.user, me.email].filter((each) => each !== null).join(" · ")}</p>
            </div>
            <section className={styles["section"]} aria-label={t.access.roles.title}>
              <h2>{t.access.roles.title}</h2>
              {me.roles.length === 0 ? (
                <p className="muted">{t.access.roles.noneOwn}</p>
              ) : (
                <ul className={styles["chips"]}>
                  {me.roles.map((role) => (
                    <li key={role}>{role}</li>
                  ))}
                </ul>
              )}
            </section>
            <WhyForm people={[]} />
            {me.mayBreakGlass ? <Emergency until={me.breakGlassUntil} /> : null}
            <TokenSection user={me.user} />
            <SessionSection user={me.user} />
            <Password />
          </>
        ) : (
          <>
            <h1>{t.access.account}</h1>
            <p>{t.shell.noAuthentication}</p>
            <p className="muted">{t.access.off}</p>
          </>
        )
      }
    </QueryView>
  );
}

function Emergency({ until }: { until: string | null }) {
  const { t, format } = useI18n();
  const texts = t.access.emergency;
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const onSuccess = () => queries.invalidateQueries({ queryKey: keys.access });
  const take = useMutation({
    mutationFn: () => api.call("breakGlass", { body: { reason: reason.trim() } }),
    onSuccess,
  });
  const give = useMutation({ mutationFn: () => api.call("endBreakGlass", {}), onSuccess });
  function submit(event: FormEvent): void {
    event.preventDefault();
    take.mutate();
  }
  return (
    <section className={styles["card"]} aria-label={texts.title}>
      <h2>{texts.title}</h2>
      <p>{texts.text}</p>
      {until === null ? (
        <form className={styles["fields"]} onSubmit={submit}>
          <TextInput
            label={texts.reason}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            minLength={10}
            required
          />
          <Button type="submit" color="red.9" loading={take.isPending}>
            {texts.take}
          </Button>
        </form>
      ) : (
        <div className={styles["fields"]}>
          <p>{texts.own(format.dateTime(until))}</p>
          <Button variant="default" onClick={() => give.mutate()} loading={give.isPending}>
            {texts.give}
          </Button>
        </div>
      )}
      {(take.error ?? give.error) ? <ErrorBox error={take.error ?? give.error} /> : null}
    </section>
  );
}

function Password() {
  const { t } = useI18n();
  const texts = t.access.password;
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => api.call("changePassword", { body: { current, password } }),
    // A new password ends the session: on to the login.
    onSuccess: () => location.assign("/ui/login?next=/ui/account"),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    change.mutate();
  }
  return (
    <section className={styles["card"]} aria-label={texts.title}>
      <h2>{texts.title}</h2>
      <p className="muted">{texts.help}</p>
      <form className={styles["fields"]} onSubmit={submit}>
        <TextInput
          type="password"
          label={texts.current}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          required
        />
        <TextInput
          type="password"
          label={texts.next}
          autoComplete="new-password"
          minLength={12}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={change.isPending}>
          {texts.change}
        </Button>
      </form>
      {change.error ? <ErrorBox error={change.error} /> : null}
    </section>
  );
}
