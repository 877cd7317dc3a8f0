import { createLazyRoute } from "@tanstack/react-router";
import { AccountTreePage } from "../features/kubernetes/account-tree-page.tsx";

export const Route = createLazyRoute("/kubernetes/$account")({ component: AccountTreePage });
