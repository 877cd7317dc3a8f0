import type { Application } from "@gennaker/contract/resources/application.ts";
import { Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { api } from "../live/api.ts";

export function ApplicationMenu({ application }: { application: Application }) {
  const { t } = useI18n();
  const [removing, setRemoving] = useState(false);
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
          <Menu.Item color="var(--bad)" onClick={() => setRemoving(true)}>
            {t.applications.remove.action}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
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
