import type { Stage } from "@gennaker/contract/resources/execution.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Duration } from "../../ui/data/time.tsx";
import { lookOf, stateOfStage } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./execution.module.css";
import { stageTree, type StageNode } from "./stage-tree.ts";
import { explanationOf } from "./stage-words.ts";

type Props = {
  stages: readonly Stage[];
  selected: string | null;
  isOpen(stage: Stage): boolean;
  onToggle(stage: Stage): void;
  onSelect(id: string): void;
};

/** The graph's content as nested lists. */
export function StageList(props: Props) {
  return (
    <div className={styles["list"]}>
      <Level nodes={stageTree(props.stages)} {...props} />
    </div>
  );
}

function Level({ nodes, ...props }: Props & { nodes: readonly StageNode[] }) {
  return (
    <ul>
      {nodes.map((node) => (
        <Row key={node.stage.id} node={node} {...props} />
      ))}
    </ul>
  );
}

function Row({ node, ...props }: Props & { node: StageNode }) {
  const { t, stageType, explain } = useI18n();
  const { stage } = node;
  const state = stateOfStage(stage);
  const children = [...node.before, ...node.after];
  const open = children.length > 0 && props.isOpen(stage);
  const why = explanationOf(stage);
  return (
    <li>
      <div className={styles["line"]} data-selected={props.selected === stage.id}>
        {children.length > 0 ? (
          <button
            type="button"
            className={styles["opener"]}
            aria-expanded={open}
            onClick={() => props.onToggle(stage)}
            aria-label={open ? t.common.collapse(stage.name) : t.common.expand(stage.name)}
          >
            {open ? "▾" : "▸"}
          </button>
        ) : (
          <span className={styles["opener"]} />
        )}
        <button
          type="button"
          className={styles["choose"]}
          aria-pressed={props.selected === stage.id}
          onClick={() => props.onSelect(stage.id)}
        >
          <span className={styles["lineName"]}>{stage.name}</span>
          <span className="muted">{stage.name === stageType(stage.type) ? "" : stageType(stage.type)}</span>
          <MarkText look={lookOf(state)}>{t.states[state]}</MarkText>
          <Duration start={stage.startTime} end={stage.endTime} />
          {why ? <span className={styles["lineWhy"]}>{explain(why.explanation).text}</span> : null}
        </button>
      </div>
      {open ? <Level nodes={children} {...props} /> : null}
    </li>
  );
}
