import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { UserState } from "./access-page.tsx";
import styles from "./access.module.css";
import { PersonDialog } from "./person-dialog.tsx";
import { usersQuery } from "./queries.ts";
import { SessionSection } from "./session-section.tsx";
import { TokenSection } from "./token-section.tsx";

const route = getRouteApi("/access/$user");

/** One person or service account: roles, groups with what is missing, tokens, sessions. */
export function PersonPage() {
  const { t } = useI18n();
  const texts = t.access.people;
  const { user: name } = route.useParams();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  usePageTitle(name);
  const query = useQuery(usersQuery);
  const [dialog, setDialog] = useState<"edit" | "remove" | null>(null);
  const disable = useMutation({
    mutationFn: (disabled: boolean) => api.call("saveUser", { params: { user: name }, body: { disabled } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.access }),
  });
  const close = () => setDialog(null);
  return (
    <QueryView query={query}>
      {(all) => {
        const user = all.find((each) => each.name === name);
        if (user === undefined)
          return <Empty title={texts.noSuch(name)} heading="h1" action={<Link to="/access">{t.access.title}</Link>} />;
        return (
          <>
            <div className={styles["head"]}>
              <h1>{user.displayName ?? user.name}</h1>
              <span className="muted">
                {texts.kinds[user.kind]} · {user.source} · <UserState user={user} />
              </span>
              <Button variant="default" onClick={() => setDialog("edit")}>
                {texts.change}
              </Button>
              <Button variant="default" onClick={() => disable.mutate(!user.disabled)} loading={disable.isPending}>
                {user.disabled ? texts.enable : texts.disable}
              </Button>
              <Button variant="default" onClick={() => setDialog("remove")}>
                {t.common.remove}
              </Button>
            </div>
            {disable.error ? <ErrorBox error={disable.error} /> : null}
            <Names title={t.access.roles.title} names={user.roles} none={t.access.roles.noneOwn} />
            {user.source === "local" && user.groups.length === 0 ? null : (
              <Names title={texts.groups} names={user.groups} none={texts.noGroups} note={user.groupsNote} />
            )}
            <TokenSection user={user.name} />
            {user.kind === "person" ? <SessionSection user={user.name} /> : null}
            {dialog === "edit" ? <PersonDialog user={user} kind={user.kind} onClose={close} /> : null}
            {dialog === "remove" ? (
              <ConfirmDialog
                title={texts.removeTitle(user.name)}
                text={texts.removeText}
                submit={t.common.remove}
                danger
                typed={user.name}
                onConfirm={async () => {
                  await api.call("deleteUser", { params: { user: user.name } });
                  await navigate({ to: "/access" });
                  await queries.invalidateQueries({ queryKey: keys.access });
                }}
                onClose={close}
              />
            ) : null}
          </>
        );
      }}
    </QueryView>
  );
}

type NamesProps = { title: string; names: readonly string[]; none: string; note?: string | null };

function Names({ title, names, none, note = null }: NamesProps) {
  const { said } = useI18n();
  return (
    <section className={styles["section"]} aria-label={title}>
      <h2>{title}</h2>
      {note === null ? null : <p role="note">{said(note)}</p>}
      {names.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul className={styles["chips"]}>
          {names.slice(0, 200).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {names.length > 200 ? <li>+{names.length - 200}</li> : null}
        </ul>
      )}
    </section>
  );
}
