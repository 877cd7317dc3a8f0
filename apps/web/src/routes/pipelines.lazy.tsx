import { createLazyRoute } from "@tanstack/react-router";
import { PipelinesPage } from "../features/pipelines/pipelines-page.tsx";

export const Route = createLazyRoute("/applications/$application/pipelines")({ component: PipelinesPage });
