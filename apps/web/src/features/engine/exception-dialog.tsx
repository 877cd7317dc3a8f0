import { NativeSelect, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

const whats = ["application", "pipeline", "execution"] as const;

/** Lets one application, pipeline or run through a freeze, with a reason. */
export function ExceptionDialog({ calendar, onClose }: { calendar: string; onClose(): void }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [what, setWhat] = useState<(typeof whats)[number]>("application");
  const [subject, setSubject] = useState("");
  const [until, setUntil] = useState("");
  return (
    <ConfirmDialog
      title={t.freezes.addExceptionTo(calendar)}
      text=""
      submit={t.freezes.addException}
      reason={t.freezes.reason}
      onClose={onClose}
      onConfirm={async (reason) => {
        await api.call("addFreezeException", {
          params: { freeze: calendar },
          body: { what, subject, reason, until: until === "" ? null : new Date(until).toISOString() },
        });
        await queries.invalidateQueries({ queryKey: keys.freezes });
      }}
    >
      <NativeSelect
        label={t.common.kind}
        value={what}
        onChange={({ currentTarget: { value } }) => setWhat(whats.find((each) => each === value) ?? "application")}
        data={whats.map((value) => ({ value, label: t.freezes.whats[value] }))}
      />
      <TextInput
        label={t.freezes.subject}
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
        required
        data-autofocus
        spellCheck={false}
        autoComplete="off"
      />
      <TextInput
        label={t.freezes.until}
        description={t.freezes.untilHelp}
        type="datetime-local"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
