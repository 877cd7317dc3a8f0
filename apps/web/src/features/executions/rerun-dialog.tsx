import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

const ways = ["newest", "same", "change"] as const;
type Way = (typeof ways)[number];

/** Starts a run again exactly as it was, or leads to the form where its parameters can be changed. */
export function RerunDialog({
  execution,
  onChange,
  onClose,
}: {
  execution: Execution;
  onChange(): void;
  onClose(): void;
}) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [way, setWay] = useState<Way>("newest");
  // The dialog closes by itself once it has been confirmed, and then the form follows it.
  const toForm = useRef(false);
  return (
    <ConfirmDialog
      title={t.execution.againTitle(execution.name)}
      text={<p className="muted">{t.rerun.help}</p>}
      submit={t.pipelines.submit}
      onClose={() => (toForm.current ? onChange() : onClose())}
      onConfirm={async () => {
        toForm.current = way === "change";
        if (way === "change") return;
        const { id } = await api.call("rerunExecution", {
          params: { execution: execution.id },
          body: { version: way },
        });
        void queries.invalidateQueries({ queryKey: keys.executions(execution.application) });
        await navigate({
          to: "/applications/$application/executions/$execution",
          params: { application: execution.application, execution: id },
        });
      }}
    >
      <NativeSelect
        label={t.rerun.label}
        value={way}
        onChange={({ currentTarget: { value } }) => setWay(ways.find((each) => each === value) ?? "newest")}
        data={ways.map((value) => ({ value, label: t.rerun[value] }))}
        data-autofocus
      />
    </ConfirmDialog>
  );
}
