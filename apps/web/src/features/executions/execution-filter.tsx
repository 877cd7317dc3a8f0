import { Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { runTypes, statusFilters, type ExecutionsSearch } from "../../routes/search.ts";
import { SearchField } from "../../ui/form/search-field.tsx";
import { pipelinesQuery } from "../pipelines/queries.ts";
import styles from "./executions.module.css";
import { foldedCount, fromLocalField, toLocalField, typedFields, withField, type TypedField } from "./filter.ts";

type Props = { application: string; search: ExecutionsSearch; onChange(next: ExecutionsSearch): void };

/** Status and pipeline act at once; what is typed acts with Enter or the button. The filter in use stands below. */
export function ExecutionFilter({ application, search, onChange }: Props) {
  const { t } = useI18n();
  const pipelines = useQuery(pipelinesQuery(application));
  const id = useId();
  const [words, setWords] = useState(search.q ?? "");
  const [typed, setTyped] = useState<Record<TypedField, string>>(() => fieldsOf(search));
  const [isOpen, setOpen] = useState(foldedCount(search) > 0);
  // Somebody may go back, or take a filter out below: the fields follow the address.
  const [seen, setSeen] = useState(search);
  if (seen !== search) {
    setSeen(search);
    setWords(search.q ?? "");
    setTyped(fieldsOf(search));
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    const local = { from: fromLocalField(typed.from), until: fromLocalField(typed.until) };
    const values = { ...typed, ...local };
    onChange(
      typedFields.reduce(
        (all, field) => withField(all, field, values[field]?.trim()),
        withField(search, "q", words.trim()),
      ),
    );
  }
  const field = (name: TypedField, more: object = {}) => ({
    size: "xs" as const,
    label: t.search[name],
    value: typed[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setTyped((old) => ({ ...old, [name]: value })),
    spellCheck: false,
    autoComplete: "off",
    ...more,
  });
  return (
    <search aria-label={t.search.title}>
      <form className={styles["filter"]} onSubmit={submit}>
        <div className={styles["filters"]}>
          <SearchField label={t.search.words} value={words} onChange={setWords} />
          <Button size="xs" type="submit">
            {t.search.submit}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen((old) => !old)}
          >
            {isOpen ? t.search.fewer : t.search.more}
          </Button>
        </div>
        <div className={styles["filters"]}>
          <SegmentedControl
            size="xs"
            aria-label={t.executions.status}
            value={search.status ?? "all"}
            onChange={(value) => onChange(withField(search, "status", value === "all" ? undefined : value))}
            data={[
              { value: "all", label: t.executions.all },
              ...statusFilters.map((value) => ({ value, label: t.executions[value] })),
            ]}
          />
          <NativeSelect
            size="xs"
            aria-label={t.executions.pipeline}
            value={search.pipeline ?? ""}
            onChange={({ currentTarget: { value } }) => onChange(withField(search, "pipeline", value))}
            data={[
              { value: "", label: `${t.executions.pipeline}: ${t.executions.all}` },
              ...(pipelines.data ?? []).map((each) => ({ value: each.id, label: each.name })),
            ]}
          />
        </div>
        <div id={id} className={styles["folded"]} hidden={!isOpen}>
          <NativeSelect
            size="xs"
            label={t.search.type}
            value={search.type ?? ""}
            onChange={({ currentTarget: { value } }) => onChange(withField(search, "type", value))}
            data={[
              { value: "", label: t.executions.all },
              ...runTypes.map((value) => ({ value, label: t.search.types[value] })),
            ]}
          />
          <TextInput {...field("trigger", { list: `${id}-triggers`, placeholder: t.search.anyTrigger })} />
          <datalist id={`${id}-triggers`}>
            {Object.entries(t.execution.triggers).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </datalist>
          <TextInput {...field("user")} />
          <TextInput {...field("parameters", { placeholder: "env=prod&region=eu" })} />
          <TextInput {...field("artifact", { placeholder: t.search.artifactHelp })} />
          <TextInput {...field("from", { type: "datetime-local" })} />
          <TextInput {...field("until", { type: "datetime-local" })} />
        </div>
        <ActiveFilters search={search} onChange={onChange} />
      </form>
    </search>
  );
}

function fieldsOf(search: ExecutionsSearch): Record<TypedField, string> {
  const { trigger = "", user = "", parameters = "", artifact = "" } = search;
  return { trigger, user, parameters, artifact, from: toLocalField(search.from), until: toLocalField(search.until) };
}

/** What is typed or folded away and in use, each with a way to take it out. */
function ActiveFilters({ search, onChange }: Omit<Props, "application">) {
  const { t, format } = useI18n();
  const active: [keyof ExecutionsSearch, string, string][] = [
    ...(search.type
      ? [["type", t.search.type, t.search.types[search.type]] as [keyof ExecutionsSearch, string, string]]
      : []),
    ...typedFields.flatMap((name): [keyof ExecutionsSearch, string, string][] => {
      const value = search[name];
      if (value === undefined) return [];
      const isTime = name === "from" || name === "until";
      return [[name, t.search[name], isTime ? format.dateTime(value) : value]];
    }),
  ];
  if (active.length === 0) return null;
  return (
    <ul className={styles["chips"]} aria-label={t.search.active}>
      {active.map(([name, label, value]) => (
        <li key={name}>
          <button
            type="button"
            className={styles["chip"]}
            aria-label={t.search.drop(label, value)}
            onClick={() => onChange(withField(search, name, undefined))}
          >
            <span className="muted">{label}</span> {value} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
