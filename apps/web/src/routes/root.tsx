import { Button } from "@mantine/core";
import { Link, Outlet, useNavigate, type ErrorComponentProps } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../i18n/provider.tsx";
import { Empty } from "../ui/feedback/empty.tsx";
import { ErrorBox } from "../ui/feedback/error-box.tsx";
import { useShortcuts } from "../ui/keys/shortcuts.ts";
import { usePageTitle } from "../ui/layout/page-title.tsx";
import { Shell } from "../ui/layout/shell.tsx";
import { ToastProvider } from "../ui/layout/toasts.tsx";

const HelpDialog = lazy(() => import("../ui/keys/help-dialog.tsx").then((module) => ({ default: module.HelpDialog })));

export function Root() {
  const [help, setHelp] = useState(false);
  const navigate = useNavigate();
  useShortcuts({
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLElement>("[type=search]")?.focus(),
    "g a": () => void navigate({ to: "/" }),
  });
  return (
    // Inside the router: a message may carry a link.
    <ToastProvider>
      <Shell onHelp={() => setHelp(true)}>
        <Outlet />
        {help ? (
          <Suspense fallback={null}>
            <HelpDialog opened onClose={() => setHelp(false)} />
          </Suspense>
        ) : null}
      </Shell>
    </ToastProvider>
  );
}

export function NotFound() {
  const { t } = useI18n();
  usePageTitle(t.errors.notFoundTitle);
  return (
    <Empty heading="h1" title={t.errors.notFoundTitle} action={<Link to="/">{t.errors.home}</Link>}>
      <p>{t.errors.notFound}</p>
    </Empty>
  );
}

export function Problem({ error }: ErrorComponentProps) {
  const { t } = useI18n();
  usePageTitle(t.errors.title);
  return (
    <>
      <h1 className="visually-hidden">{t.errors.title}</h1>
      <p>{t.errors.crash}</p>
      <ErrorBox error={error} />
      <div>
        <Button onClick={() => location.reload()}>{t.errors.reload}</Button>
      </div>
    </>
  );
}
