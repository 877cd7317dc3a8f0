import { createLazyRoute } from "@tanstack/react-router";
import { ProjectPage } from "../features/projects/project-page.tsx";

export const Route = createLazyRoute("/projects/$project")({ component: ProjectPage });
