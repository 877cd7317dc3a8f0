import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { Field } from "./parameters.ts";

type FieldProps = { field: Field; value: string; error: string | null; first: boolean; onChange(value: string): void };

/** The field that fits a parameter: a choice, a switch, a date or a text. */
export function ParameterField({ field, value, error, first, onChange }: FieldProps) {
  const common = { label: field.label, description: field.description, error, "data-autofocus": first || undefined };
  if (field.kind === "choice") {
    return (
      <NativeSelect
        {...common}
        required={field.required}
        data={field.required ? field.options : ["", ...field.options]}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (field.kind === "flag") {
    return (
      <Switch
        {...common}
        checked={value === "true"}
        onChange={(event) => onChange(String(event.currentTarget.checked))}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={field.kind}
      required={field.required}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
      autoComplete="off"
    />
  );
}
