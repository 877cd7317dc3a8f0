import { createLazyRoute } from "@tanstack/react-router";
import { ExecutionPage } from "../features/executions/execution-page.tsx";

export const Route = createLazyRoute("/applications/$application/executions/$execution")({ component: ExecutionPage });
