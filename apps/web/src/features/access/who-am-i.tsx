import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./access.module.css";
import { meQuery } from "./queries.ts";

/** In the header: who is logged in, and the way out. Nothing where nobody logs in. */
export function WhoAmI() {
  const { t } = useI18n();
  const { data: me } = useQuery(meQuery);
  if (me?.authentication !== true) return null;
  return (
    <nav aria-label={t.access.account}>
      <Link to="/account" className={styles["me"]} title={t.access.withRoles(me.roles.join(", "))}>
        {me.displayName ?? me.user}
      </Link>
      <a href="/ui/logout" className={styles["me"]}>
        {t.access.logOut}
      </a>
    </nav>
  );
}
