import { stateCounts, type HealthState } from "@gennaker/client/kubernetes/filter.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { useMemo } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import type { KubernetesSearch } from "../../routes/search.ts";
import { SearchField } from "../../ui/form/search-field.tsx";
import { Mark } from "../../ui/status/mark.tsx";
import styles from "./kubernetes.module.css";
import { stateLooks } from "./looks.ts";

type Props = {
  nodes: ReadonlyMap<string, KubernetesNode>;
  search: KubernetesSearch;
  /** How many match; null without a filter. */
  found: number | null;
  onSearch(next: KubernetesSearch): void;
};

/** Text, kind, namespace and health; the numbers of each health are buttons of the same filter. */
export function FilterBar({ nodes, search, found, onSearch }: Props) {
  const { t } = useI18n();
  const { kinds, namespaces, counts } = useMemo(() => {
    const all = [...nodes.values()];
    const distinct = (list: string[]) => [...new Set(list)].sort();
    return {
      kinds: distinct(all.map(({ kind }) => kind)),
      namespaces: distinct(all.flatMap(({ namespace }) => (namespace === null ? [] : [namespace]))),
      counts: stateCounts(all),
    };
  }, [nodes]);
  const set = (name: "q" | "kind" | "state" | "namespace", value: string | undefined) => {
    const { [name]: _before, ...rest } = search;
    onSearch(value === undefined || value === "" ? rest : { ...rest, [name]: value });
  };
  return (
    <div className={styles["filter"]}>
      <SearchField label={t.kubernetes.filter} value={search.q ?? ""} onChange={(value) => set("q", value)} />
      <Choice
        label={t.kubernetes.kind}
        all={t.kubernetes.allKinds}
        value={search.kind}
        options={kinds}
        onChange={(value) => set("kind", value)}
      />
      {namespaces.length > 1 || search.namespace !== undefined ? (
        <Choice
          label={t.kubernetes.namespace}
          all={t.kubernetes.allNamespaces}
          value={search.namespace}
          options={namespaces}
          onChange={(value) => set("namespace", value)}
        />
      ) : null}
      <fieldset className={styles["states"]}>
        <legend className="visually-hidden">{t.kubernetes.health}</legend>
        {counts.map(([state, n]: [HealthState, number]) => (
          <button
            key={state}
            type="button"
            aria-pressed={search.state === state}
            onClick={() => set("state", search.state === state ? undefined : state)}
          >
            <Mark look={stateLooks[state]} size={14} />
            <span className="num">{n}</span> {t.kubernetes.states[state]}
          </button>
        ))}
      </fieldset>
      <output className="muted num">{found === null ? "" : t.kubernetes.found(found, nodes.size)}</output>
    </div>
  );
}

type ChoiceProps = {
  label: string;
  all: string;
  value: string | undefined;
  options: readonly string[];
  onChange(value: string): void;
};

function Choice({ label, all, value = "", options, onChange }: ChoiceProps) {
  const listed = value === "" || options.includes(value) ? options : [value, ...options];
  return (
    <select
      className={styles["choice"]}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{all}</option>
      {listed.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}
