import { createLazyRoute } from "@tanstack/react-router";
import { AccessPage } from "../features/access/access-page.tsx";

export const Route = createLazyRoute("/access")({ component: AccessPage });
