import { createLazyRoute } from "@tanstack/react-router";
import { ApplicationsPage } from "../features/applications/applications-page.tsx";

export const Route = createLazyRoute("/")({ component: ApplicationsPage });
