import { createLazyRoute } from "@tanstack/react-router";
import { AuditPage } from "../features/audit/audit-page.tsx";

export const Route = createLazyRoute("/audit")({ component: AuditPage });
