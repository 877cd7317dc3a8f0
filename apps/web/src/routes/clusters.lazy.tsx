import { createLazyRoute } from "@tanstack/react-router";
import { ClustersPage } from "../features/clusters/clusters-page.tsx";

export const Route = createLazyRoute("/applications/$application/")({ component: ClustersPage });
