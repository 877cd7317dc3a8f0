import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { isApplicationName } from "./application-filter.ts";

export function CreateDialog({ taken, onClose }: { taken: ReadonlySet<string>; onClose(): void }) {
  const { t } = useI18n();
  const texts = t.applications.dialog;
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [description, setDescription] = useState("");
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      api.call("saveApplication", {
        params: { application: name },
        body: { ...(email ? { email } : {}), ...(description ? { description } : {}) },
      }),
    async onSuccess(application) {
      await queries.invalidateQueries({ queryKey: keys.applications });
      onClose();
      void navigate({ to: "/applications/$application/pipelines", params: { application: application.name } });
    },
  });
  const problem = !isApplicationName(name)
    ? name === ""
      ? t.common.required
      : texts.badName
    : taken.has(name.toLowerCase())
      ? texts.taken
      : null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (problem === null) save.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={texts.title} closeButtonProps={{ "aria-label": t.common.close }}>
      <form className={form["form"]} onSubmit={submit} noValidate>
        <TextInput
          label={texts.name}
          description={texts.nameHelp}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={asked || name !== "" ? problem : null}
          required
          data-autofocus
          spellCheck={false}
          autoComplete="off"
        />
        <TextInput
          label={texts.email}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="email"
        />
        <Textarea
          label={texts.description}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          rows={2}
        />
        {save.error ? <ErrorBox error={save.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {texts.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
