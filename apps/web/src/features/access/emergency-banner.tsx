import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "../../ui/layout/shell.module.css";
import { Mark } from "../../ui/status/mark.tsx";
import { emergencyQuery, meQuery } from "./queries.ts";

/** Says on every page who has emergency access, and why. */
export function EmergencyBanner() {
  const { t, format } = useI18n();
  const me = useQuery(meQuery);
  const { data } = useQuery({ ...emergencyQuery, enabled: me.data?.authentication === true });
  return (
    <div aria-live="polite">
      {(data ?? []).map(({ user, reason, until }) => (
        <div key={`${user} ${until}`} className={`${styles["banner"]} ${styles["lost"]}`}>
          <Mark look={{ tone: "bad", shape: "bang" }} size={18} />
          <p>
            <strong>{t.access.emergency.open(user, format.dateTime(until))}</strong> {reason}
          </p>
        </div>
      ))}
    </div>
  );
}
