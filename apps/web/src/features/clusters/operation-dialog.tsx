import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { NumberInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { jobFor, servesTraffic, type Action } from "./operations.ts";

/** Confirms an operation on a server group, starts it, and says where it can be followed. */
export function OperationDialog({ action, group, onClose }: { action: Action; group: ServerGroup; onClose(): void }) {
  const { t } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const [size, setSize] = useState(group.capacity.desired);
  const texts = t.clusters.confirm;
  const name = action === "rollback" ? group.cluster : group.name;
  const text = {
    resize: null,
    enable: texts.enableText,
    disable: texts.disableText,
    destroy: texts.destroyText,
    rollback: texts.rollbackText,
  }[action];
  const warns = (action === "disable" || action === "destroy") && servesTraffic(group);
  return (
    <ConfirmDialog
      title={texts[action](name)}
      submit={texts.submit[action]}
      danger={action === "destroy"}
      reason={`${texts.reason} (${t.common.optional})`}
      onClose={onClose}
      {...(action === "destroy" ? { typed: group.name } : {})}
      text={
        <>
          {text ? <p>{text}</p> : null}
          {warns ? <MarkText look={{ tone: "wait", shape: "bang" }}>{texts.serves}</MarkText> : null}
        </>
      }
      onConfirm={async (reason) => {
        const description =
          action === "resize" ? t.clusters.operation.resize(group.name, size) : t.clusters.operation[action](name);
        const { id } = await api.call("startOperation", {
          body: {
            application: group.application,
            description,
            job: [jobFor(action, group, size)],
            ...(reason === "" ? {} : { reason }),
          },
        });
        await queries.invalidateQueries({ queryKey: keys.executions(group.application) });
        tell(
          <>
            {t.clusters.started}{" "}
            <Link
              to="/applications/$application/executions/$execution"
              params={{ application: group.application, execution: id }}
            >
              {description}
            </Link>
          </>,
        );
      }}
    >
      {action === "resize" ? (
        <NumberInput
          label={texts.size}
          value={size}
          onChange={(value) => setSize(Math.max(0, Math.round(Number(value) || 0)))}
          min={0}
          max={1000}
          allowDecimal={false}
          data-autofocus
        />
      ) : null}
    </ConfirmDialog>
  );
}
