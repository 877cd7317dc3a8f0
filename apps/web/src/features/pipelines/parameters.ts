/** A field of the start dialog, from one entry of a pipeline's `parameterConfig` (Spinnaker's fields). */
export type Field = {
  name: string;
  label: string;
  description: string;
  required: boolean;
  kind: "text" | "choice" | "flag" | "date";
  options: string[];
  initial: string;
};

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** Fields to ask for; `previous` holds the parameters of a run that is to be repeated. */
export function fieldsOf(document: Record<string, unknown>, previous: Record<string, unknown> = {}): Field[] {
  const entries: unknown[] = Array.isArray(document["parameterConfig"]) ? document["parameterConfig"] : [];
  return entries.flatMap((entry) => {
    if (typeof entry !== "object" || entry === null) return [];
    const {
      name,
      label,
      description,
      required,
      options,
      hasOptions,
      default: preset,
      constraint,
    } = entry as Record<string, unknown>;
    if (typeof name !== "string" || name === "") return [];
    const listed: unknown[] = Array.isArray(options) ? options : [];
    const values = listed
      .map((option) =>
        textOf(typeof option === "object" && option !== null && "value" in option ? option.value : option),
      )
      .filter((value) => value !== "");
    const initial = textOf(previous[name] ?? preset);
    const isChoice = values.length > 0 && hasOptions !== false;
    const isFlag =
      !isChoice &&
      (initial === "true" || initial === "false") &&
      (preset === true || preset === false || preset === "true" || preset === "false");
    const kind = isChoice ? "choice" : isFlag ? "flag" : constraint === "date" ? "date" : "text";
    const choices = isChoice && initial !== "" && !values.includes(initial) ? [initial, ...values] : values;
    return [
      {
        name,
        label: textOf(label) || name,
        description: textOf(description),
        required: required === true,
        kind,
        options: choices,
        initial,
      },
    ];
  });
}

/** Names of required fields that are still empty. */
export function missingOf(fields: readonly Field[], values: Readonly<Record<string, string>>): string[] {
  return fields
    .filter((field) => field.required && (values[field.name] ?? "").trim() === "")
    .map((field) => field.name);
}

/** What is sent: every field that has a value. The server fills in defaults for the others. */
export function parametersToSend(
  fields: readonly Field[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ name }) => ((values[name] ?? "") === "" ? [] : [[name, values[name] ?? ""]])),
  );
}

/** The server's problems (`/parameters/name`) by field; those of no field come under "". */
export function problemsByField(
  problems: readonly { pointer: string; reason: string }[],
  fields: readonly Field[],
): Record<string, string> {
  const byField: Record<string, string> = {};
  for (const { pointer, reason } of problems) {
    const last = pointer.split("/").at(-1)?.replaceAll("~1", "/").replaceAll("~0", "~") ?? "";
    const name = fields.some((field) => field.name === last) ? last : "";
    byField[name] = byField[name] === undefined ? reason : `${byField[name]}; ${reason}`;
  }
  return byField;
}
