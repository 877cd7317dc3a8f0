import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import type { Asked } from "./resource.ts";
import { WhyAnswer } from "./why-answer.tsx";

/** Beside something that was refused: asks the server which rule refuses it. */
export function WhyNot({ asked }: { asked: Asked }) {
  const { t } = useI18n();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        {t.access.why.button}
      </Button>
      {opened ? (
        <Modal
          opened
          onClose={() => setOpened(false)}
          title={t.access.why.button}
          closeButtonProps={{ "aria-label": t.common.close }}
        >
          <WhyAnswer asked={asked} />
        </Modal>
      ) : null}
    </>
  );
}
