import { createLazyRoute } from "@tanstack/react-router";
import { ApplicationLayout } from "../features/applications/application-layout.tsx";

export const Route = createLazyRoute("/applications/$application")({ component: ApplicationLayout });
