import { Handle, Position, type NodeProps } from "@xyflow/react";
import type { Stage } from "@gennaker/contract/resources/execution.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Duration } from "../../ui/data/time.tsx";
import { lookOf, stateOfStage } from "../../ui/status/look.ts";
import { Mark } from "../../ui/status/mark.tsx";
import graph from "./graph.module.css";
import type { StageFlowNode } from "./stage-graph.tsx";

export function StageNodeView({ data }: NodeProps<StageFlowNode>) {
  const { t, stageType, explain } = useI18n();
  const { node, selected, onToggle, onSelect } = data;
  const { stage } = node;
  const state = stateOfStage(stage);
  const look = lookOf(state);
  const why = node.why ? explain(node.why.explanation) : null;
  return (
    <div className={graph["node"]} data-tone={look.tone} data-state={state} data-selected={selected === stage.id}>
      <Handle type="target" position={Position.Left} isConnectable={false} className={graph["handle"] ?? ""} />
      <button
        type="button"
        className={graph["main"]}
        aria-pressed={selected === stage.id}
        onClick={() => onSelect(stage.id)}
      >
        <span className={graph["head"]}>
          <Mark look={look} size={18} />
          <span className={graph["name"]} title={stage.name}>
            {stage.name}
          </span>
          <span className={graph["sub"]}>
            <span className={graph["state"]}>{t.states[state]}</span>
            {stage.name === stageType(stage.type) ? null : (
              <span className={graph["type"]}>{stageType(stage.type)}</span>
            )}
            {stage.startTime ? <Duration start={stage.startTime} end={stage.endTime} /> : null}
          </span>
        </span>
        {why ? (
          <span className={graph["why"]} title={why.text}>
            {why.text}
          </span>
        ) : null}
      </button>
      {node.children > 0 ? (
        <button type="button" className={graph["toggle"]} aria-expanded={node.isOpen} onClick={() => onToggle(stage)}>
          <span aria-hidden="true">{node.isOpen ? "▾" : "▸"}</span> {t.execution.steps(node.children)}
          <span className="visually-hidden"> {stage.name}</span>
          <Progress rows={node.rows.map((row) => row.stage)} isOpen={node.isOpen} />
        </button>
      ) : null}
      {node.isOpen ? (
        <ul className={graph["rows"]}>
          {node.rows.map((row) => (
            <li key={row.stage.id}>
              <button
                type="button"
                className={graph["row"]}
                data-selected={selected === row.stage.id}
                aria-pressed={selected === row.stage.id}
                style={{ paddingInlineStart: 8 + row.depth * 14 }}
                onClick={() => onSelect(row.stage.id)}
              >
                <Mark look={lookOf(stateOfStage(row.stage))} size={13} />
                <span className={graph["rowName"]} title={row.stage.name}>
                  {row.stage.name}
                </span>
                <span className="visually-hidden">{t.states[stateOfStage(row.stage)]}</span>
                <Duration start={row.stage.startTime} end={row.stage.endTime} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <Handle type="source" position={Position.Right} isConnectable={false} className={graph["handle"] ?? ""} />
    </div>
  );
}

/** How many of the steps have ended, once they are known to be shown. */
function Progress({ rows, isOpen }: { rows: readonly Stage[]; isOpen: boolean }) {
  if (!isOpen) return null;
  return (
    <span className={graph["done"]}>
      {rows.filter((stage) => stage.endTime !== null).length}/{rows.length}
    </span>
  );
}
