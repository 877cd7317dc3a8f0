import { createLazyRoute } from "@tanstack/react-router";
import { ApplicationTreePage } from "../features/kubernetes/application-tree-page.tsx";

export const Route = createLazyRoute("/applications/$application/kubernetes")({ component: ApplicationTreePage });
