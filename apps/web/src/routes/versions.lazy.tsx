import { createLazyRoute } from "@tanstack/react-router";
import { VersionsPage } from "../features/pipelines/versions-page.tsx";

export const Route = createLazyRoute("/applications/$application/pipelines/$pipeline/versions")({
  component: VersionsPage,
});
