import { Modal, Switch } from "@mantine/core";
import { Fragment, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "../layout/shell.module.css";
import { enableShortcuts, shortcutsEnabled } from "./shortcuts.ts";

export function HelpDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useI18n();
  const [on, setOn] = useState(shortcutsEnabled);
  const names = t.shell.shortcutKeys;
  const rows: [string[], string][] = [
    [["?"], names.help],
    [["/"], names.search],
    [["g", "a"], names.applications],
    [["1", "…", "5"], names.tabs],
    [["j", "k"], names.stages],
    [["v"], names.view],
    [["h"], names.history],
    [["Esc"], names.close],
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t.shell.shortcuts}
      closeButtonProps={{ "aria-label": t.common.close }}
      centered
    >
      <dl className={styles["keys"]}>
        {rows.map(([keyNames, text]) => (
          <Fragment key={text}>
            <dt>
              {keyNames.map((key, index) => (
                <Fragment key={key}>
                  {index > 0 ? " " : ""}
                  {key === "…" ? key : <kbd>{key}</kbd>}
                </Fragment>
              ))}
            </dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <Switch
        label={t.shell.shortcutsOn}
        description={t.shell.shortcutsNote}
        checked={on}
        onChange={({ currentTarget }) => {
          enableShortcuts(currentTarget.checked);
          setOn(currentTarget.checked);
        }}
      />
    </Modal>
  );
}
