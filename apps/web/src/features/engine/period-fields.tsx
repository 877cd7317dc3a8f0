import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./engine.module.css";
import { freshPeriod, weekdays, type PeriodForm, type PeriodKind, type Weekday } from "./period.ts";

const kinds: PeriodKind[] = ["weekly", "daily", "once"];
type Props = {
  number: number;
  value: PeriodForm;
  error: string | null;
  onChange(next: PeriodForm): void;
  onRemove(): void;
};

/** One period: its kind, and its two ends in the fields that fit it. */
export function PeriodFields({ number, value, error, onChange, onRemove }: Props) {
  const { t } = useI18n();
  const texts = t.freezes;
  const end = (side: "from" | "to") => (
    <TextInput
      size="xs"
      label={texts[side]}
      type={value.kind === "once" ? "datetime-local" : "time"}
      value={value.kind === "once" ? value[side].slice(0, 16) : value[side]}
      onChange={({ currentTarget }) => onChange({ ...value, [side]: currentTarget.value })}
      error={error !== null && side === "from" ? error : null}
    />
  );
  const day = (side: "fromDay" | "toDay") => (
    <DayField label={texts[side]} value={value[side]} onChange={(next) => onChange({ ...value, [side]: next })} />
  );
  return (
    <fieldset className={styles["period"]} data-kind={value.kind}>
      <legend>{texts.periodNumber(number)}</legend>
      <NativeSelect
        size="xs"
        label={texts.kind}
        value={value.kind}
        onChange={({ currentTarget }) =>
          onChange(freshPeriod(kinds.find((each) => each === currentTarget.value) ?? "weekly"))
        }
        data={kinds.map((each) => ({ value: each, label: texts.kinds[each] }))}
      />
      {value.kind === "weekly" ? day("fromDay") : null}
      {end("from")}
      {value.kind === "weekly" ? day("toDay") : null}
      {end("to")}
      <Button size="xs" variant="default" aria-label={texts.removePeriod(number)} onClick={onRemove}>
        ×
      </Button>
    </fieldset>
  );
}

function DayField({ label, value, onChange }: { label: string; value: Weekday; onChange(next: Weekday): void }) {
  const { format } = useI18n();
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(weekdays.find((each) => each === currentTarget.value) ?? value)}
      data={weekdays.map((each) => ({ value: each, label: format.weekday(each) }))}
    />
  );
}
