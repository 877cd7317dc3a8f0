import type { Application } from "@gennaker/contract/resources/application.ts";
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { PauseDialog } from "../engine/pause-dialog.tsx";
import { pausesQuery } from "../engine/queries.ts";
import { api } from "../live/api.ts";

export function ApplicationMenu({ application }: { application: Application }) {
  const { t } = useI18n();
  const [removing, setRemoving] = useState(false);
  const [asking, setAsking] = useState<"pause" | "resume" | null>(null);
  const pause = useQuery(pausesQuery).data?.pauses.find((each) => each.application === application.name);
  const navigate = useNavigate();
  const { name } = application;
  return (
    <div>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="default" aria-label={t.common.actions(name)}>
            ⋯
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking(pause ? "resume" : "pause")}>
            {pause ? t.pauses.resume : t.pauses.pauseApplication}
          </Menu.Item>
          <Menu.Item color="var(--bad)" onClick={() => setRemoving(true)}>
            {t.applications.remove.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking ? (
        <PauseDialog application={application.name} paused={asking === "pause"} onClose={() => setAsking(null)} />
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t.applications.remove.title(name)}
          text={t.applications.remove.text}
          submit={t.common.remove}
          danger
          typed={name}
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await api.call("deleteApplication", { params: { application: name } });
            await navigate({ to: "/" });
          }}
        />
      ) : null}
    </div>
  );
}
