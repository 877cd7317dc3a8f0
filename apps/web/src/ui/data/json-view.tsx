import { useI18n } from "../../i18n/provider.tsx";
import { useTell } from "../layout/toasts.tsx";
import styles from "./data.module.css";
import { ScrollRegion } from "./scroll-region.tsx";

/** A value as JSON that is opened on demand. */
export function JsonView({ title, value, open = false }: { title: string; value: unknown; open?: boolean }) {
  const { t } = useI18n();
  const tell = useTell();
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (isEmpty) return null;
  const text = JSON.stringify(value, null, 2);
  return (
    <details className={styles["json"]} open={open}>
      <summary>{title}</summary>
      <div className={styles["jsonBody"]}>
        <button
          type="button"
          onClick={() => void navigator.clipboard.writeText(text).then(() => tell(t.common.copied))}
        >
          {t.common.copy}
          <span className="visually-hidden"> {title}</span>
        </button>
        <ScrollRegion label={title} className={styles["jsonText"]}>
          <pre>{text}</pre>
        </ScrollRegion>
      </div>
    </details>
  );
}
