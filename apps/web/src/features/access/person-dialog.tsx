import type { AccessUser } from "@gennaker/contract/resources/access.ts";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { listOf } from "./resource.ts";

type Props = { user: AccessUser | null; kind: "person" | "service"; onClose(): void };

/** A person or service account to make or change. */
export function PersonDialog({ user, kind, onClose }: Props) {
  const { t } = useI18n();
  const texts = t.access.people;
  const queries = useQueryClient();
  const [name, setName] = useState(user?.name ?? "");
  const [displayName, setDisplayName] = useState(user?.displayName ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [roles, setRoles] = useState(user?.roles.join(", ") ?? "");
  const [password, setPassword] = useState("");
  const own = user === null || user.source === "local";
  const save = useMutation({
    mutationFn: () =>
      api.call("saveUser", {
        params: { user: name.trim() },
        body: {
          ...(user === null ? { kind } : {}),
          roles: listOf(roles),
          ...(own ? { displayName: textOrNull(displayName), email: textOrNull(email) } : {}),
          ...(password === "" ? {} : { password }),
        },
      }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.access });
      onClose();
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  }
  const title = user === null ? (kind === "person" ? texts.addPerson : texts.addService) : texts.edit(user.name);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t.common.close }}>
      <form className={form["form"]} onSubmit={submit}>
        {user === null ? (
          <TextInput
            label={texts.name}
            description={texts.nameHelp}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
            spellCheck={false}
            autoComplete="off"
            required
          />
        ) : null}
        <TextInput
          label={t.access.roles.title}
          description={texts.rolesHelp}
          value={roles}
          onChange={({ currentTarget }) => setRoles(currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
        />
        {own ? (
          <>
            <TextInput
              label={texts.displayName}
              value={displayName}
              onChange={({ currentTarget }) => setDisplayName(currentTarget.value)}
            />
            <TextInput
              label={texts.email}
              type="email"
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            />
          </>
        ) : null}
        {kind === "person" && own ? (
          <TextInput
            type="password"
            label={user === null ? texts.password : texts.newPassword}
            description={texts.passwordHelp}
            autoComplete="new-password"
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
        ) : null}
        {save.error ? <ErrorBox error={save.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
