import { createLazyRoute } from "@tanstack/react-router";
import { ExportPage } from "../features/export/export-page.tsx";

export const Route = createLazyRoute("/export")({ component: ExportPage });
