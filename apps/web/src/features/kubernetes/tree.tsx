import type { Section } from "@gennaker/client/kubernetes/forest.ts";
import { rowsOf, type Row } from "@gennaker/client/kubernetes/rows.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { Button } from "@mantine/core";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./kubernetes.module.css";
import { TreeRow } from "./tree-row.tsx";
import type { TreeOpened } from "./use-opened.ts";

/** Rows on the page at once, however much is open. */
const rowStep = 250;

type Props = {
  sections: readonly Section[];
  nodes: ReadonlyMap<string, KubernetesNode>;
  filtering: boolean;
  opened: TreeOpened;
  chosen: string | undefined;
  /** The row that gets the focus when nothing is chosen any more. */
  focusOn: string | null;
  onChoose(id: string, key: string): void;
};

/** The rows, with the keys of the tree pattern of ARIA: arrows move, open and close, Enter chooses. */
export function Tree({ sections, nodes, filtering, opened, chosen, focusOn, onChoose }: Props) {
  const { t } = useI18n();
  const [most, setMost] = useState(rowStep);
  const [current, setCurrent] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(sections, opened, filtering), [sections, opened, filtering]);
  const used = useMemo(() => usedIds(nodes.values()), [nodes]);
  const shown = rows.slice(0, most);
  const tabbed = shown.find(({ key }) => key === current) ?? shown[0];

  const element = (key: string) => box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  function focus(row: Row | undefined): void {
    if (row === undefined) return;
    setCurrent(row.key);
    element(row.key)?.focus();
  }
  useEffect(() => {
    if (chosen === undefined && focusOn !== null) element(focusOn)?.focus();
  }, [chosen, focusOn]);

  function act(row: Row): void {
    if (row.type === "more") opened.grow(row.parent);
    else if (row.type === "node") onChoose(row.node.id, row.key);
    else opened.toggle(row.key, !row.open);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = shown.findIndex(({ key }) => key === tabbed?.key);
    const row = shown[index];
    if (row === undefined) return;
    const open = "open" in row ? row.open : null;
    const moves: Record<string, () => void> = {
      ArrowDown: () => focus(shown[index + 1]),
      ArrowUp: () => focus(shown[index - 1]),
      Home: () => focus(shown[0]),
      End: () => focus(shown.at(-1)),
      ArrowRight: () =>
        open === false ? opened.toggle(row.key, true) : open === true ? focus(shown[index + 1]) : undefined,
      ArrowLeft: () =>
        open === true
          ? opened.toggle(row.key, false)
          : focus(shown.slice(0, index).findLast(({ level }) => level < row.level)),
      Enter: () => act(row),
      " ": () => act(row),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  }

  return (
    <div className={styles["treeBox"]}>
      <p className="visually-hidden" id="tree-keys">
        {t.kubernetes.keys}
      </p>
      <div
        role="tree"
        tabIndex={-1}
        aria-label={t.kubernetes.heading}
        aria-describedby="tree-keys"
        className={styles["tree"]}
        ref={box}
        onKeyDown={onKeyDown}
      >
        {shown.map((row) => (
          <TreeRow
            key={row.key}
            row={row}
            tabbed={row.key === tabbed?.key}
            chosen={row.type === "node" && row.node.id === chosen}
            used={row.type === "node" ? used.has(row.node.id) : false}
            onFocus={() => setCurrent(row.key)}
            onToggle={() => ("open" in row && row.open !== null ? opened.toggle(row.key, !row.open) : undefined)}
            onAct={() => act(row)}
          />
        ))}
      </div>
      {rows.length > most ? (
        <Button variant="default" size="xs" onClick={() => setMost(most + rowStep)}>
          {t.kubernetes.moreRows(Math.min(rowStep, rows.length - most))}
        </Button>
      ) : null}
    </div>
  );
}

/** ConfigMaps and Secrets that something running reads. */
function usedIds(nodes: Iterable<KubernetesNode>): Set<string> {
  const ids = new Set<string>();
  for (const { account, uses } of nodes) for (const uid of uses) ids.add(`${account}/${uid}`);
  return ids;
}
