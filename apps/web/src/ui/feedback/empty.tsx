import type { ReactNode } from "react";
import styles from "./feedback.module.css";

type Props = { title: string; children?: ReactNode; action?: ReactNode; heading?: "h1" | "h2" | "h3" };

/** What an empty page says: that nothing is there, and what to do about it. */
export function Empty({ title, children, action, heading: Heading = "h2" }: Props) {
  return (
    <div className={styles["empty"]}>
      <svg width="56" height="40" viewBox="0 0 56 40" aria-hidden="true" focusable="false">
        <path
          d="M30 4c9 8 12 16 10 25-7-3-14-3-24-1 8-6 13-14 14-24Z"
          fill="var(--accent-soft)"
          stroke="var(--accent)"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
        <path
          d="M4 34c8-2.5 16-2.5 24 0s16 2.5 24 0"
          fill="none"
          stroke="var(--line-strong)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </svg>
      <Heading>{title}</Heading>
      {children ? <div className="muted">{children}</div> : null}
      {action}
    </div>
  );
}
