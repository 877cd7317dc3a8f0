import { createLazyRoute } from "@tanstack/react-router";
import { DryRunPage } from "../features/dry-run/dry-run-page.tsx";

export const Route = createLazyRoute("/applications/$application/pipelines/$pipeline/dry-run")({
  component: DryRunPage,
});
