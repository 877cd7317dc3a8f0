import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { accountsQuery } from "../system/queries.ts";
import styles from "./kubernetes.module.css";

/** The clusters that are configured, with those that do not answer. */
export function AccountsPage() {
  const { t } = useI18n();
  usePageTitle(t.kubernetes.title);
  const query = useQuery({ ...accountsQuery, staleTime: 0 });
  return (
    <>
      <h1 className={styles["title"]}>{t.kubernetes.title}</h1>
      <QueryView query={query}>
        {(all) => {
          const accounts = all.filter(({ cloudProvider }) => cloudProvider === "kubernetes");
          if (accounts.length === 0)
            return (
              <Empty title={t.kubernetes.noAccounts}>
                <p>{t.kubernetes.noAccountsText}</p>
              </Empty>
            );
          return (
            <ul className={styles["accounts"]}>
              {accounts.map(({ name, reachable, reason, regions }) => (
                <li key={name}>
                  <Link to="/kubernetes/$account" params={{ account: name }}>
                    {name}
                  </Link>
                  {reachable ? (
                    <MarkText look={{ tone: "ok", shape: "check" }}>{t.kubernetes.reachable}</MarkText>
                  ) : (
                    <MarkText look={{ tone: "bad", shape: "cross" }}>{t.kubernetes.unreachable}</MarkText>
                  )}
                  <span className="muted">{t.kubernetes.namespaces(regions.length)}</span>
                  {reason === "" ? null : <p className="muted">{reason}</p>}
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </>
  );
}
