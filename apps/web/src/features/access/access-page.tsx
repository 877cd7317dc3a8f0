import type { AccessUser } from "@gennaker/contract/resources/access.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { SearchField } from "../../ui/form/search-field.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import styles from "./access.module.css";
import { PersonDialog } from "./person-dialog.tsx";
import { meQuery, usersQuery } from "./queries.ts";
import { RoleSection } from "./role-section.tsx";
import { WhyForm } from "./why-form.tsx";

/** People, service accounts and roles, for those who may see them. */
export function AccessPage() {
  const { t } = useI18n();
  const texts = t.access.people;
  usePageTitle(t.access.title);
  const me = useQuery(meQuery);
  const users = useQuery({ ...usersQuery, enabled: me.data?.authentication === true });
  const [q, setQ] = useState("");
  const [adding, setAdding] = useState<"person" | "service" | null>(null);
  if (me.data?.authentication === false)
    return (
      <>
        <h1>{t.access.title}</h1>
        <p>{t.shell.noAuthentication}</p>
        <p className="muted">{t.access.off}</p>
        <RoleSection />
      </>
    );
  return (
    <>
      <div className={styles["head"]}>
        <h1>{t.access.title}</h1>
        <SearchField label={texts.filter} value={q} onChange={setQ} />
        <Button onClick={() => setAdding("person")}>{texts.addPerson}</Button>
        <Button variant="default" onClick={() => setAdding("service")}>
          {texts.addService}
        </Button>
      </div>
      <QueryView query={users}>{(all) => <People users={found(all, q)} />}</QueryView>
      <WhyForm people={(users.data ?? []).map(({ name }) => name)} />
      <RoleSection />
      {adding === null ? null : <PersonDialog user={null} kind={adding} onClose={() => setAdding(null)} />}
    </>
  );
}

function found(users: readonly AccessUser[], q: string): AccessUser[] {
  const wanted = q.trim().toLowerCase();
  return users.filter(({ name, displayName, email, roles, groups }) =>
    [name, displayName ?? "", email ?? "", ...roles, ...groups].join(" ").toLowerCase().includes(wanted),
  );
}

function People({ users }: { users: readonly AccessUser[] }) {
  const { t } = useI18n();
  const texts = t.access.people;
  if (users.length === 0) return <p className="muted">{texts.none}</p>;
  return (
    <ScrollRegion className={styles["table"]} label={t.access.table(texts.title)}>
      <table>
        <thead>
          <tr>
            {[texts.name, texts.kind, texts.source, t.access.roles.title, texts.groups, texts.state].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.name}>
              <td>
                <Link to="/access/$user" params={{ user: user.name }}>
                  {user.name}
                </Link>
                {user.displayName === null ? null : <p className="muted">{user.displayName}</p>}
              </td>
              <td>{texts.kinds[user.kind]}</td>
              <td>{user.source}</td>
              <td>{user.roles.join(", ")}</td>
              <td title={user.groupsNote ?? ""}>{shortList(user.groups)}</td>
              <td>
                <UserState user={user} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function shortList(names: readonly string[]): string {
  return names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} +${names.length - 5}`;
}

export function UserState({ user }: { user: AccessUser }) {
  const { t, format } = useI18n();
  const texts = t.access.people;
  if (user.disabled) return <>{texts.disabled}</>;
  if (user.goneAt !== null) return <>{texts.gone(user.source)}</>;
  if (user.lockedUntil !== null) return <>{texts.locked(format.dateTime(user.lockedUntil))}</>;
  if (user.groupsNote !== null) return <>{texts.withoutGroups}</>;
  return <>{texts.active}</>;
}
