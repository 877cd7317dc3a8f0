import { useI18n } from "../../i18n/provider.tsx";
import { useNow } from "./now.tsx";

/** How long ago, with the exact time on hover and for machines. */
export function Ago({ time }: { time: string }) {
  const { format } = useI18n();
  const now = useNow(10_000);
  return (
    <time dateTime={time} title={format.dateTime(time)} className="nowrap">
      {format.ago(time, now)}
    </time>
  );
}

/** How long something took, or takes until now. */
export function Duration({ start, end }: { start: string | null; end: string | null }) {
  const { format } = useI18n();
  const now = useNow(1_000, start !== null && end === null);
  if (start === null) return <span className="muted">–</span>;
  return (
    <span className="num nowrap">
      {format.duration(Math.max(0, (end === null ? now : Date.parse(end)) - Date.parse(start)))}
    </span>
  );
}
