import { createLazyRoute } from "@tanstack/react-router";
import { AccountPage } from "../features/access/account-page.tsx";

export const Route = createLazyRoute("/account")({ component: AccountPage });
