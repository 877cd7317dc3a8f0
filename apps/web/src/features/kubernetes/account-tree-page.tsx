import { getRouteApi, Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import styles from "./kubernetes.module.css";
import { TreePage } from "./tree-page.tsx";
import { useTree } from "./use-tree.ts";

const route = getRouteApi("/kubernetes/$account");

/** All objects of one cluster that the reader may see. */
export function AccountTreePage() {
  const { t } = useI18n();
  const { account } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(t.kubernetes.accountHeading(account));
  const tree = useTree({ account });
  return (
    <>
      <p>
        <Link to="/kubernetes">{t.kubernetes.title}</Link>
      </p>
      <h1 className={styles["title"]}>{t.kubernetes.accountHeading(account)}</h1>
      <TreePage
        tree={tree}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
        empty={<p className="muted">{t.kubernetes.emptyAccount}</p>}
      />
    </>
  );
}
