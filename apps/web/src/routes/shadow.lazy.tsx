import { createLazyRoute } from "@tanstack/react-router";
import { ShadowPage } from "../features/shadow/shadow-page.tsx";

export const Route = createLazyRoute("/applications/$application/pipelines/$pipeline/shadow")({
  component: ShadowPage,
});
