import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import { accountsQuery } from "../system/queries.ts";
import styles from "./import.module.css";

type Props = {
  names: readonly string[];
  accounts: Readonly<Record<string, string>>;
  onChange(next: Record<string, string>): void;
};

/** For each account that is not configured here, the one that takes its place. */
export function AccountMapping({ names, accounts, onChange }: Props) {
  const { t } = useI18n();
  const known = useQuery(accountsQuery);
  return (
    <fieldset className={styles["accounts"]}>
      <legend>{t.imports.accounts}</legend>
      <p className="muted">{t.imports.accountsHelp}</p>
      <div className={styles["mapping"]}>
        {names.map((name) => (
          <NativeSelect
            key={name}
            size="xs"
            label={t.imports.accountNamed(name)}
            value={accounts[name] ?? ""}
            onChange={({ currentTarget }) => onChange({ ...accounts, [name]: currentTarget.value })}
            data={[
              { value: "", label: t.imports.asIs },
              ...(known.data ?? []).map((account) => ({
                value: account.name,
                label: `${account.name} (${account.cloudProvider})`,
              })),
            ]}
          />
        ))}
      </div>
    </fieldset>
  );
}
