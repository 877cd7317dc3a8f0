import type { HealthState } from "@gennaker/client/kubernetes/filter.ts";
import type { Row } from "@gennaker/client/kubernetes/rows.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import styles from "./kubernetes.module.css";
import { stateLooks } from "./looks.ts";

type Props = {
  row: Row;
  /** It is the one row that Tab reaches. */
  tabbed: boolean;
  chosen: boolean;
  used: boolean;
  onFocus(): void;
  onToggle(): void;
  onAct(): void;
};

export function TreeRow({ row, tabbed, chosen, used, onFocus, onToggle, onAct }: Props) {
  const open = "open" in row ? row.open : null;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree has the keys of all rows
    <div
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={chosen}
      {...(open === null ? {} : { "aria-expanded": open })}
      tabIndex={tabbed ? 0 : -1}
      data-key={row.key}
      data-type={row.type}
      className={styles["row"]}
      style={{ "--level": row.level } as React.CSSProperties}
      onFocus={onFocus}
      onClick={onAct}
    >
      <span
        className={styles["twisty"]}
        aria-hidden="true"
        onClick={(event) => {
          if (open === null) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {open === null ? "" : open ? "▾" : "▸"}
      </span>
      <RowText row={row} used={used} />
    </div>
  );
}

function RowText({ row, used }: { row: Row; used: boolean }) {
  const { t } = useI18n();
  switch (row.type) {
    case "section":
      return (
        <span className={styles["section"]}>
          <strong>{t.kubernetes.sections[row.name]}</strong> <Counts states={row.states} />
        </span>
      );
    case "group":
      return (
        <span className={styles["group"]}>
          {row.of.what === "kind"
            ? t.kubernetes.groups.kind(row.of.kind, row.count)
            : row.of.what === "idle"
              ? t.kubernetes.groups.idle(row.count)
              : t.kubernetes.groups.versions(row.of.kind, row.of.name, row.count)}{" "}
          <Counts states={row.states} />
        </span>
      );
    case "more":
      return <span className={styles["more"]}>{t.common.more(row.rest)}</span>;
    case "node":
      return <NodeText node={row.node} percent={row.percent} used={used} />;
  }
}

function Counts({ states }: { states: readonly [HealthState, number][] }) {
  const { t } = useI18n();
  return (
    <span className={styles["counts"]}>
      {states.map(([state, n]) => (
        <span key={state} className="nowrap">
          <Mark look={stateLooks[state]} size={13} /> <span className="num">{n}</span> {t.kubernetes.states[state]}
        </span>
      ))}
    </span>
  );
}

const configuration = new Set(["ConfigMap", "Secret"]);

function NodeText({ node, percent, used }: { node: KubernetesNode; percent: number | null; used: boolean }) {
  const { t, format } = useI18n();
  const { health, replicas } = node;
  return (
    <>
      <span className={styles["name"]}>
        <span className={styles["kind"]}>{node.kind}</span> <strong>{node.name}</strong>
        {node.deleting ? <span className={styles["badge"]}>{t.kubernetes.deleting}</span> : null}
        {configuration.has(node.kind) ? (
          <span className={styles["badge"]} data-used={used}>
            {used ? t.kubernetes.inUse : t.kubernetes.notInUse}
          </span>
        ) : null}
      </span>
      <span className={styles["health"]}>
        <MarkText look={stateLooks[health.state]}>{t.kubernetes.states[health.state]}</MarkText>
        {health.state === "stable" && health.signs.length === 0 ? null : (
          <span className={styles["why"]}>{t.kubernetes.signNames[health.signs[0]?.code ?? ""] ?? health.message}</span>
        )}
      </span>
      <span className={styles["facts"]}>
        {percent === null ? null : <span>{t.kubernetes.way(format.percent(percent))}</span>}
        {replicas === null ? null : <span>{t.kubernetes.ready(replicas.ready, replicas.desired)}</span>}
        {node.version === "" ? null : <span>{t.kubernetes.version(node.version)}</span>}
        {node.kind === "ReplicaSet" && node.sequence !== null ? (
          <span>{t.kubernetes.revision(node.sequence)}</span>
        ) : null}
        {node.traffic.map(({ service, percent: part }) => (
          <span key={service}>{t.kubernetes.share(format.percent(part), service)}</span>
        ))}
        {node.createdAt === null ? null : <Ago time={node.createdAt} />}
      </span>
    </>
  );
}
