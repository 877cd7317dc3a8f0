import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { TreePage } from "./tree-page.tsx";
import { useTree } from "./use-tree.ts";

const route = getRouteApi("/applications/$application/kubernetes");

/** An application's objects in all clusters. */
export function ApplicationTreePage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${application}: ${t.kubernetes.nav}`);
  const tree = useTree({ application });
  return (
    <>
      <h2 className="visually-hidden">{t.kubernetes.heading}</h2>
      <TreePage
        tree={tree}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
        empty={
          <Empty title={t.kubernetes.empty} heading="h3">
            <p>{t.kubernetes.emptyText}</p>
          </Empty>
        }
      />
    </>
  );
}
