import { createLazyRoute } from "@tanstack/react-router";
import { ProjectsPage } from "../features/projects/projects-page.tsx";

export const Route = createLazyRoute("/projects")({ component: ProjectsPage });
