import type { Task } from "@gennaker/contract/resources/execution.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Duration } from "../../ui/data/time.tsx";
import { lookOf } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./execution.module.css";

export function TaskTable({ tasks }: { tasks: readonly Task[] }) {
  const { t, task: taskName, explain, format } = useI18n();
  if (tasks.length === 0) return <p className="muted">{t.execution.stage.noTasks}</p>;
  return (
    <ol className={styles["tasks"]}>
      {tasks.map((task) => (
        <li key={task.id}>
          <MarkText look={lookOf(task.status)}>{t.states[task.status]}</MarkText>
          <span className={styles["taskName"]} title={task.name}>
            {taskName(task.name)}
            {task.attempt > 1 ? <span className="muted"> · {t.execution.stage.attempt(task.attempt)}</span> : null}
          </span>
          <span className="muted num" title={task.startTime ? format.dateTime(task.startTime) : undefined}>
            {task.startTime ? format.timeOfDay(task.startTime) : ""}
          </span>
          <Duration start={task.startTime} end={task.endTime} />
          {task.waiting && task.endTime === null ? <p className="muted">{explain(task.waiting).text}</p> : null}
        </li>
      ))}
    </ol>
  );
}
