import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./execution.module.css";
import { decisionOf, questionOf } from "./judgement.ts";

/** The question of a manual judgement with its answers; afterwards who decided what. */
export function JudgementPanel({ execution, stage }: { execution: Execution; stage: Stage }) {
  const { t } = useI18n();
  const texts = t.execution.judgement;
  const { instructions, inputs } = questionOf(stage);
  const [input, setInput] = useState(inputs[0] ?? "");
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const judge = useMutation({
    mutationFn: (decision: "continue" | "stop") =>
      api.call("judgeStage", {
        params: { execution: execution.id, stage: stage.id },
        body: { decision, ...(input === "" ? {} : { input }), ...(reason === "" ? {} : { reason }) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.execution(execution.id) }),
  });
  if (stage.status !== "RUNNING") {
    const made = decisionOf(stage);
    if (made === null) return null;
    const answer = made.decision === "continue" ? texts.proceed : texts.stop;
    return (
      <p className={styles["decided"]}>{texts.decided(made.by, made.input ? `${answer} (${made.input})` : answer)}</p>
    );
  }
  return (
    <div className={styles["judgement"]}>
      <h3>{texts.title}</h3>
      <p className={styles["instructions"]}>{instructions === "" ? texts.default : instructions}</p>
      {inputs.length > 0 ? (
        <NativeSelect
          label={texts.choice}
          data={inputs}
          value={input}
          onChange={(event) => setInput(event.currentTarget.value)}
        />
      ) : null}
      <TextInput label={texts.reason} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {judge.error ? <ErrorBox error={judge.error} /> : null}
      <div className={styles["actions"]}>
        <Button onClick={() => judge.mutate("continue")} loading={judge.isPending && judge.variables === "continue"}>
          {texts.proceed}
        </Button>
        {stage.type === "manualJudgment" ? (
          <Button
            variant="default"
            onClick={() => judge.mutate("stop")}
            loading={judge.isPending && judge.variables === "stop"}
          >
            {texts.stop}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
