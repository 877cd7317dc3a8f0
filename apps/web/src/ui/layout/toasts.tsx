import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import type { Look } from "../status/look.ts";
import { Mark } from "../status/mark.tsx";
import styles from "./shell.module.css";

type Toast = { id: number; text: ReactNode; look: Look };
type Tell = (text: ReactNode, kind?: "done" | "failed") => void;

const looks = { done: { tone: "ok", shape: "check" }, failed: { tone: "bad", shape: "cross" } } as const;
const shownMs = 7_000;
const ToastContext = createContext<Tell | null>(null);

/** Short messages about what an action did, read out by screen readers; failures stay until they are closed. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const tell = useCallback<Tell>(
    (text, kind = "done") => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-3), { id, text, look: looks[kind] }]);
      if (kind === "done") setTimeout(() => close(id), shownMs);
    },
    [close],
  );
  const value = useMemo(() => tell, [tell]);
  return (
    <ToastContext value={value}>
      {children}
      <output className={styles["toasts"]} aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles["toast"]}>
            <Mark look={toast.look} size={18} />
            <p>{toast.text}</p>
            <button
              type="button"
              className={styles["icon"]}
              aria-label={t.common.close}
              onClick={() => close(toast.id)}
            >
              ×
            </button>
          </div>
        ))}
      </output>
    </ToastContext>
  );
}

export function useTell(): Tell {
  const tell = useContext(ToastContext);
  if (tell === null) throw new Error("useTell is used outside ToastProvider");
  return tell;
}
