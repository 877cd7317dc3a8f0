import { createLazyRoute } from "@tanstack/react-router";
import { AccountsPage } from "../features/kubernetes/accounts-page.tsx";

export const Route = createLazyRoute("/kubernetes")({ component: AccountsPage });
