import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import { accountsQuery } from "../system/queries.ts";
import type { ClusterFilter } from "./project-document.ts";
import styles from "./projects.module.css";

type Props = { clusters: readonly ClusterFilter[]; onChange(next: ClusterFilter[]): void };

/** Which clusters a project shows: account, stack and detail of each entry. */
export function ClusterRows({ clusters, onChange }: Props) {
  const { t } = useI18n();
  const texts = t.projects;
  const accounts = useQuery(accountsQuery);
  const set = (index: number, more: Partial<ClusterFilter>) =>
    onChange(clusters.map((each, at) => (at === index ? { ...each, ...more } : each)));
  const fresh: ClusterFilter = {
    account: accounts.data?.[0]?.name ?? "",
    stack: "*",
    detail: "*",
    applications: null,
    saved: {},
  };
  return (
    <fieldset className={styles["clusters"]}>
      <legend>
        {texts.clusters} <span className="muted">{texts.clustersHelp}</span>
      </legend>
      <datalist id="accounts">
        {(accounts.data ?? []).map((account) => (
          <option key={account.name} value={account.name}>
            {account.cloudProvider}
          </option>
        ))}
      </datalist>
      {clusters.map((cluster, index) => (
        <fieldset key={index} className={styles["cluster"]} aria-label={texts.clusterNumber(index + 1)}>
          {(["account", "stack", "detail"] as const).map((name) => (
            <TextInput
              key={name}
              size="xs"
              label={texts[name]}
              placeholder={name === "account" ? "" : texts.anything}
              value={cluster[name]}
              onChange={({ currentTarget }) => set(index, { [name]: currentTarget.value })}
              spellCheck={false}
              autoComplete="off"
              {...(name === "account" ? { list: "accounts" } : {})}
            />
          ))}
          <Button
            size="xs"
            variant="default"
            aria-label={texts.removeCluster(index + 1)}
            onClick={() => onChange(clusters.filter((_, at) => at !== index))}
          >
            ×
          </Button>
        </fieldset>
      ))}
      <div>
        <Button size="xs" variant="default" onClick={() => onChange([...clusters, fresh])}>
          {texts.addCluster}
        </Button>
      </div>
    </fieldset>
  );
}
