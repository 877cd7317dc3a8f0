import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { NumberInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { jobFor, type Action } from "./operations.ts";

type Props = { action: Action; node: KubernetesNode; onClose(): void };

/** Confirms an operation on an object, starts it as a run of its application, and says where it can be followed. */
export function OperationDialog({ action, node, onClose }: Props) {
  const { t } = useI18n();
  const tell = useTell();
  const queries = useQueryClient();
  const [n, setN] = useState(action === "scale" ? (node.replicas?.desired ?? 1) : 1);
  const texts = t.kubernetes.confirm;
  const words = t.kubernetes.operation;
  return (
    <ConfirmDialog
      title={texts[action](node.name)}
      submit={t.kubernetes.actions[action]}
      danger={action === "remove"}
      reason={`${texts.reason} (${t.common.optional})`}
      onClose={onClose}
      {...(action === "remove" ? { typed: node.name } : {})}
      text={<p>{texts.texts[action]}</p>}
      onConfirm={async (reason) => {
        const description = action === "scale" ? words.scale(node.name, n) : words[action](node.name);
        const { application } = node;
        const { id } = await api.call("startOperation", {
          body: {
            application,
            description,
            job: [jobFor(action, node, n)],
            ...(reason === "" ? {} : { reason }),
          },
        });
        await queries.invalidateQueries({ queryKey: keys.executions(application) });
        tell(
          <>
            {t.clusters.started}{" "}
            <Link to="/applications/$application/executions/$execution" params={{ application, execution: id }}>
              {description}
            </Link>
          </>,
        );
      }}
    >
      {action === "scale" || action === "undo" ? (
        <NumberInput
          label={action === "scale" ? texts.replicas : texts.revisions}
          value={n}
          onChange={(value) => setN(Math.max(action === "scale" ? 0 : 1, Math.round(Number(value) || 0)))}
          min={action === "scale" ? 0 : 1}
          max={100_000}
          allowDecimal={false}
          data-autofocus
        />
      ) : null}
    </ConfirmDialog>
  );
}
