import { useI18n } from "../../i18n/provider.tsx";
import styles from "../../ui/layout/shell.module.css";
import { Mark } from "../../ui/status/mark.tsx";

/** Says that the way to the server is readable by others: no TLS, and not this machine. */
export function InsecureBanner() {
  const { t } = useI18n();
  if (globalThis.isSecureContext) return null;
  return (
    <div className={`${styles["banner"]} ${styles["lost"]}`} role="note">
      <Mark look={{ tone: "bad", shape: "bang" }} size={18} />
      <p>{t.access.insecure}</p>
    </div>
  );
}
