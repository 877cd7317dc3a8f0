import { useEffect } from "react";
import { useI18n } from "../../i18n/provider.tsx";

/** The browser tab's title; the state of a run may come first, so that it can be read there. */
export function usePageTitle(title: string): void {
  const { t } = useI18n();
  useEffect(() => {
    document.title = title === "" ? t.common.product : t.shell.documentTitle(title);
  }, [title, t]);
}
