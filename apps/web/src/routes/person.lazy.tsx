import { createLazyRoute } from "@tanstack/react-router";
import { PersonPage } from "../features/access/person-page.tsx";

export const Route = createLazyRoute("/access/$user")({ component: PersonPage });
