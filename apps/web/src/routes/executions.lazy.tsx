import { createLazyRoute } from "@tanstack/react-router";
import { ExecutionsPage } from "../features/executions/executions-page.tsx";

export const Route = createLazyRoute("/applications/$application/executions")({ component: ExecutionsPage });
