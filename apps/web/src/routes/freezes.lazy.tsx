import { createLazyRoute } from "@tanstack/react-router";
import { FreezesPage } from "../features/engine/freezes-page.tsx";

export const Route = createLazyRoute("/freezes")({ component: FreezesPage });
