import { createLazyRoute } from "@tanstack/react-router";
import { CanaryConfigsPage } from "../features/canary/canary-configs-page.tsx";

export const Route = createLazyRoute("/applications/$application/canary-configs")({ component: CanaryConfigsPage });
