import { filterForest, isFiltering, matches, type TreeFilter } from "@gennaker/client/kubernetes/filter.ts";
import { forestOf } from "@gennaker/client/kubernetes/forest.ts";
import type { TreeState } from "@gennaker/client/kubernetes/follow-tree.ts";
import { Button } from "@mantine/core";
import { lazy, Suspense, useMemo, useState, type ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import type { KubernetesSearch } from "../../routes/search.ts";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { FilterBar } from "./filter-bar.tsx";
import styles from "./kubernetes.module.css";
import { Tree } from "./tree.tsx";
import { useOpened } from "./use-opened.ts";
import type { LiveTree } from "./use-tree.ts";

const Details = lazy(() => import("./details.tsx").then((module) => ({ default: module.Details })));

type Props = {
  tree: LiveTree;
  search: KubernetesSearch;
  onSearch(next: KubernetesSearch): void;
  empty: ReactNode;
};

/** A tree with its filter, what is wrong with the clusters, and the chosen object beside it. */
export function TreePage({ tree: { state, error, lost }, search, onSearch, empty }: Props) {
  const { t } = useI18n();
  if (error !== null) return <ErrorBox error={error} />;
  if (state === null) return <LoadingRows rows={6} height={34} />;
  if (state.nodes.size === 0 && !state.complete) {
    return (
      <>
        <Troubles state={state} lost={lost} />
        <output className="muted">{t.kubernetes.reading}</output>
        <LoadingRows rows={6} height={34} />
      </>
    );
  }
  return (
    <>
      <Troubles state={state} lost={lost} />
      {state.nodes.size === 0 ? empty : <Objects state={state} search={search} onSearch={onSearch} />}
    </>
  );
}

function Objects({ state, search, onSearch }: Pick<Props, "search" | "onSearch"> & { state: TreeState }) {
  const { t } = useI18n();
  /** Where the focus goes when the details are closed. */
  const [returnTo, setReturnTo] = useState<string | null>(null);
  const opened = useOpened();
  const { q, kind, state: health, namespace, object, tab } = search;
  const filter: TreeFilter = { text: q, kind, state: health, namespace };
  const filtering = isFiltering(filter);
  const forest = useMemo(() => forestOf(state.nodes.values()), [state.nodes]);
  const sections = useMemo(
    () => filterForest(forest, { text: q, kind, state: health, namespace }),
    [forest, q, kind, health, namespace],
  );
  const chosen = object === undefined ? undefined : state.nodes.get(object);
  const choose = (id: string | undefined, more: Partial<KubernetesSearch> = {}) => {
    const { object: _object, tab: _tab, ...rest } = search;
    onSearch(id === undefined ? rest : { ...rest, object: id, ...(tab === undefined ? {} : { tab }), ...more });
  };
  return (
    <>
      <FilterBar
        nodes={state.nodes}
        search={search}
        found={filtering ? countMatching(state, filter) : null}
        onSearch={onSearch}
      />
      <div className={styles["columns"]} data-open={object !== undefined}>
        {sections.length === 0 ? (
          <div>
            <p className="muted">{t.kubernetes.noneFound}</p>
            <Button size="xs" variant="default" onClick={() => onSearch(object === undefined ? {} : { object })}>
              {t.kubernetes.clear}
            </Button>
          </div>
        ) : (
          <Tree
            sections={sections}
            nodes={state.nodes}
            filtering={filtering}
            opened={opened}
            chosen={object}
            focusOn={returnTo}
            onChoose={(id, key) => {
              setReturnTo(key);
              choose(id);
            }}
          />
        )}
        {object === undefined ? null : (
          <Suspense fallback={<LoadingRows rows={4} />}>
            <Details
              key={object}
              id={object}
              node={chosen}
              nodes={state.nodes}
              tab={tab ?? "overview"}
              onTab={(next) => choose(object, { tab: next })}
              onChoose={(id) => choose(id)}
              onClose={() => choose(undefined)}
            />
          </Suspense>
        )}
      </div>
    </>
  );
}

function countMatching(state: TreeState, filter: TreeFilter): number {
  let count = 0;
  for (const node of state.nodes.values()) if (matches(node, filter)) count += 1;
  return count;
}

/** Clusters that do not answer, kinds that could not be read, and a lost stream. */
function Troubles({ state, lost }: { state: TreeState; lost: boolean }) {
  const { t } = useI18n();
  const down = state.accounts.filter(({ reachable }) => !reachable);
  return (
    <div className={styles["troubles"]}>
      {lost ? (
        <output>
          <MarkText look={{ tone: "wait", shape: "bang" }}>{t.kubernetes.stale}</MarkText>
        </output>
      ) : null}
      {down.map(({ account, reason }) => (
        <div role="alert" key={account}>
          <MarkText look={{ tone: "bad", shape: "cross" }}>{t.kubernetes.accountDown(account, reason)}</MarkText>
        </div>
      ))}
      {state.truncated ? (
        <p>
          <MarkText look={{ tone: "wait", shape: "bang" }}>{t.kubernetes.truncated}</MarkText>
        </p>
      ) : null}
      {state.problems.length > 0 ? (
        <details>
          <summary>{t.kubernetes.problems(state.problems.length)}</summary>
          <ul>
            {state.problems.map(({ account, kind, reason }) => (
              <li key={`${account}/${kind}`}>
                <strong>
                  {account}: {kind}
                </strong>{" "}
                <span className="muted">{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}
