import { useI18n } from "../../i18n/provider.tsx";
import styles from "./data.module.css";

/** A share of traffic: the bar is what was measured, the line across it what the router was told. */
export function ShareBar({
  name,
  label,
  requested,
  measured,
}: {
  name: string;
  label: string;
  requested: number;
  measured: number | null;
}) {
  const { format } = useI18n();
  return (
    <div className={styles["share"]} title={label}>
      <span className={styles["shareText"]} aria-hidden="true">
        <span>{name}</span>
        <span className="num">
          <strong>{format.percent(measured ?? requested)}</strong>
          {measured === null ? null : <span className="muted"> / {format.percent(requested)}</span>}
        </span>
      </span>
      <svg className={styles["shareBar"]} viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
        <rect width="100" height="8" fill="var(--surface-3)" />
        <rect
          width={Math.min(100, Math.max(0, measured ?? requested))}
          height="8"
          fill="var(--accent)"
          opacity={measured === null ? 0.45 : 1}
        />
        <rect x={Math.min(99.2, Math.max(0, requested - 0.4))} width="0.9" height="8" fill="var(--ink)" />
      </svg>
    </div>
  );
}
