import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { auditOutcomes, type AuditSearch } from "../../routes/search.ts";
import { SearchField } from "../../ui/form/search-field.tsx";
import { fromLocalField, toLocalField } from "../executions/filter.ts";
import { typedFields, withFields, type TypedField } from "./audit-filter.ts";
import styles from "./audit.module.css";

const examples = { actor: "kim", action: "pipeline.*", resource: "pipeline/*", application: "shop" };

type Props = { search: AuditSearch; onChange(next: AuditSearch): void };

/** The outcome acts at once; what is typed acts with Enter or the button. */
export function AuditForm({ search, onChange }: Props) {
  const { t } = useI18n();
  const [words, setWords] = useState(search.q ?? "");
  const [typed, setTyped] = useState(() => fieldsOf(search));
  // Somebody may go back: the fields follow the address.
  const [seen, setSeen] = useState(search);
  if (seen !== search) {
    setSeen(search);
    setWords(search.q ?? "");
    setTyped(fieldsOf(search));
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    const times = { from: fromLocalField(typed.from), until: fromLocalField(typed.until) };
    const texts = Object.fromEntries(typedFields.map((name) => [name, typed[name].trim()]));
    onChange(withFields(search, { ...texts, ...times, q: words.trim() }));
  }
  return (
    <search aria-label={t.audit.search}>
      <form className={styles["form"]} onSubmit={submit}>
        <div className={styles["bar"]}>
          <SearchField label={t.audit.words} value={words} onChange={setWords} />
          <NativeSelect
            size="xs"
            aria-label={t.audit.outcome}
            value={search.outcome ?? ""}
            onChange={({ currentTarget: { value } }) => onChange(withFields(search, { outcome: value }))}
            data={[
              { value: "", label: t.audit.anyOutcome },
              ...auditOutcomes.map((value) => ({ value, label: t.audit.outcomes[value] })),
            ]}
          />
          <Button size="xs" type="submit">
            {t.search.submit}
          </Button>
          {Object.keys(search).length > 0 ? (
            <Button size="xs" variant="default" onClick={() => onChange({})}>
              {t.audit.clear}
            </Button>
          ) : null}
        </div>
        <div className={styles["fields"]}>
          {typedFields.map((name) => (
            <TextInput
              key={name}
              size="xs"
              label={t.audit.filters[name]}
              {...(name === "from" || name === "until" ? { type: "datetime-local" } : { placeholder: examples[name] })}
              value={typed[name]}
              onChange={({ currentTarget: { value } }) => setTyped((old) => ({ ...old, [name]: value }))}
              spellCheck={false}
              autoComplete="off"
            />
          ))}
        </div>
      </form>
    </search>
  );
}

function fieldsOf(search: AuditSearch): Record<TypedField, string> {
  const { actor = "", action = "", resource = "", application = "" } = search;
  return { actor, action, resource, application, from: toLocalField(search.from), until: toLocalField(search.until) };
}
