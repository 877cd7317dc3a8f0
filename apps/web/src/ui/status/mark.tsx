import type { ReactNode } from "react";
import type { Look, Shape } from "./look.ts";
import styles from "./mark.module.css";

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.8,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const cut = { ...stroke, stroke: "var(--mark-ink)" } as const;
const disc = <circle cx="8" cy="8" r="7" fill="currentColor" />;
const ring = <circle cx="8" cy="8" r="6.1" {...stroke} />;
const octagon = <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" fill="currentColor" />;

const drawings: Record<Shape, ReactNode> = {
  check: (
    <>
      {disc}
      <path d="m4.9 8.3 2.2 2.2 4-4.6" {...cut} />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6.1" {...stroke} opacity="0.3" />
      <path d="M8 1.9a6.1 6.1 0 0 1 6.1 6.1" {...stroke} className={styles["spin"]} />
      <circle cx="8" cy="8" r="2.4" fill="currentColor" />
    </>
  ),
  cross: (
    <>
      {octagon}
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {...cut} />
    </>
  ),
  bang: (
    <>
      <path d="M8 .9 15.4 14.4H.6z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 5.6v4m0 2.4v.1" {...cut} />
    </>
  ),
  question: (
    <>
      <path d="m8 .4 7.6 7.6L8 15.6.4 8z" fill="currentColor" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1m0 2v.1" {...cut} strokeWidth="1.5" />
    </>
  ),
  pause: (
    <>
      {disc}
      <path d="M6.2 5.4v5.2m3.6-5.2v5.2" {...cut} />
    </>
  ),
  stop: <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2.5" fill="currentColor" />,
  skip: (
    <>
      {ring}
      <path d="m5 5.6 2.4 2.4L5 10.4m3.6-4.8L11 8l-2.4 2.4" {...stroke} strokeWidth="1.5" />
    </>
  ),
  empty: <circle cx="8" cy="8" r="6.1" {...stroke} strokeDasharray="2.2 2.6" />,
  clock: (
    <>
      {ring}
      <path d="M8 4.6V8l2.3 1.5" {...stroke} />
    </>
  ),
  minus: (
    <>
      {ring}
      <path d="M5.2 8h5.6" {...stroke} />
    </>
  ),
  half: (
    <>
      {ring}
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  down: (
    <>
      {ring}
      <path d="M8 4.8v6m-2.4-2.3L8 10.9l2.4-2.4" {...stroke} strokeWidth="1.6" />
    </>
  ),
  square: <rect x="2.4" y="2.4" width="11.2" height="11.2" rx="2" {...stroke} />,
  high: (
    <>
      <path d="M8 .8 15.2 8H11v7H5V8H.8z" fill="currentColor" />
    </>
  ),
  low: (
    <>
      <path d="M8 15.2.8 8H5V1h6v7h4.2z" fill="currentColor" />
    </>
  ),
};

/** A state as a shape with its colour. Decoration only: the state's text always stands beside it. */
export function Mark({ look, size = 16 }: { look: Look; size?: number }) {
  return (
    <svg
      className={`${styles["mark"]} ${styles[look.tone]}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {drawings[look.shape]}
    </svg>
  );
}

/** Shape and text of a state, in its colour. */
export function MarkText({ look, children, strong = false }: { look: Look; children: ReactNode; strong?: boolean }) {
  return (
    <span className={`${styles["text"]} ${styles[look.tone]} ${strong ? styles["strong"] : ""}`}>
      <Mark look={look} />
      <span>{children}</span>
    </span>
  );
}
