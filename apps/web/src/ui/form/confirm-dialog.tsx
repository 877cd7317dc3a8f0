import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../feedback/error-box.tsx";
import form from "./form.module.css";

type Props = {
  title: string;
  text: ReactNode;
  submit: string;
  danger?: boolean;
  /** Must be typed before the button works; for what cannot be undone. */
  typed?: string;
  /** Label of a field for a reason, which is passed on. */
  reason?: string;
  dismiss?: string;
  /** Further fields. */
  children?: ReactNode;
  onConfirm(reason: string): Promise<unknown>;
  onClose(): void;
};

/** Asks before something is done; a failure is shown inside and the dialog stays. */
export function ConfirmDialog({
  title,
  text,
  submit,
  danger = false,
  typed,
  reason,
  dismiss,
  children,
  onConfirm,
  onClose,
}: Props) {
  const { t } = useI18n();
  const [entered, setEntered] = useState("");
  const [why, setWhy] = useState("");
  const act = useMutation({ mutationFn: () => onConfirm(why), onSuccess: onClose });
  const ready = typed === undefined || entered === typed;
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (ready) act.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t.common.close }}>
      <form className={form["form"]} onSubmit={onSubmit}>
        <div>{text}</div>
        {children}
        {typed === undefined ? null : (
          <TextInput
            label={t.clusters.confirm.typeName(typed)}
            value={entered}
            onChange={(event) => setEntered(event.currentTarget.value)}
            data-autofocus
            spellCheck={false}
            autoComplete="off"
          />
        )}
        {reason === undefined ? null : (
          <TextInput
            label={reason}
            description={t.clusters.confirm.reasonHelp}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
        )}
        {act.error ? <ErrorBox error={act.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {dismiss ?? t.common.cancel}
          </Button>
          <Button type="submit" loading={act.isPending} disabled={!ready} {...(danger ? { color: "red.9" } : {})}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
