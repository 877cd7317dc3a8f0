import type { AccessRole } from "@gennaker/contract/resources/access.ts";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import form from "../../ui/form/form.module.css";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./access.module.css";
import { meQuery, rolesQuery } from "./queries.ts";
import { readGrants, writeGrants } from "./resource.ts";

/** Roles and what they allow; those of Gennaker and of the file are shown and cannot be changed here. */
export function RoleSection() {
  const { t } = useI18n();
  const texts = t.access.roles;
  const query = useQuery(rolesQuery);
  const me = useQuery(meQuery);
  const queries = useQueryClient();
  const [editing, setEditing] = useState<AccessRole | "new" | null>(null);
  const [removing, setRemoving] = useState<AccessRole | null>(null);
  const changeable = me.data?.authentication === true;
  return (
    <section className={styles["section"]} aria-label={texts.title}>
      <div className={styles["head"]}>
        <h2>{texts.title}</h2>
        {changeable ? (
          <Button size="xs" onClick={() => setEditing("new")}>
            {texts.create}
          </Button>
        ) : null}
      </div>
      <QueryView query={query}>
        {(roles) => (
          <ScrollRegion className={styles["table"]} label={t.access.table(texts.title)}>
            <table>
              <thead>
                <tr>
                  {[texts.name, texts.description, texts.grants, texts.from].map((title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ))}
                  <td>{null}</td>
                </tr>
              </thead>
              <tbody>
                {roles.map((role) => (
                  <tr key={role.name}>
                    <td>{role.name}</td>
                    <td>{role.description}</td>
                    <td>
                      <code>{writeGrants(role.grants)}</code>
                    </td>
                    <td>{texts.managedBy[role.managedBy]}</td>
                    <td>
                      {role.managedBy === "database" && changeable ? (
                        <>
                          <Button
                            size="compact-xs"
                            variant="default"
                            aria-label={texts.changeOf(role.name)}
                            onClick={() => setEditing(role)}
                          >
                            {texts.change}
                          </Button>{" "}
                          <Button
                            size="compact-xs"
                            variant="default"
                            aria-label={texts.removeOf(role.name)}
                            onClick={() => setRemoving(role)}
                          >
                            {t.common.remove}
                          </Button>
                        </>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </QueryView>
      {editing === null ? null : (
        <RoleDialog role={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
      {removing ? (
        <ConfirmDialog
          title={texts.removeOf(removing.name)}
          text={texts.removeText}
          submit={t.common.remove}
          danger
          onConfirm={async () => {
            await api.call("deleteRole", { params: { role: removing.name } });
            await queries.invalidateQueries({ queryKey: keys.access });
          }}
          onClose={() => setRemoving(null)}
        />
      ) : null}
    </section>
  );
}

function RoleDialog({ role, onClose }: { role: AccessRole | null; onClose(): void }) {
  const { t } = useI18n();
  const texts = t.access.roles;
  const queries = useQueryClient();
  const [name, setName] = useState(role?.name ?? "");
  const [description, setDescription] = useState(role?.description ?? "");
  const [lines, setLines] = useState(role === null ? "allow read, execute on application/…" : writeGrants(role.grants));
  const grants = readGrants(lines);
  const save = useMutation({
    mutationFn: () =>
      api.call("saveRole", {
        params: { role: name.trim() },
        body: { description, grants: typeof grants === "number" ? [] : (grants as AccessRole["grants"]) },
      }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.access });
      onClose();
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== "" && typeof grants !== "number") save.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={role === null ? texts.create : texts.changeOf(role.name)}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <form className={form["form"]} onSubmit={submit}>
        {role === null ? (
          <TextInput
            label={texts.name}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
            spellCheck={false}
            autoComplete="off"
            required
          />
        ) : null}
        <TextInput
          label={texts.description}
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <div>
          <label htmlFor="grants">{texts.grants}</label>
          <p className="muted" id="grants-help">
            {texts.grantsHelp}
          </p>
          <textarea
            id="grants"
            className={styles["grants"]}
            aria-describedby="grants-help"
            aria-invalid={typeof grants === "number"}
            value={lines}
            onChange={({ target }) => setLines(target.value)}
            spellCheck={false}
          />
          {typeof grants === "number" ? <p role="alert">{texts.badLine(grants)}</p> : null}
        </div>
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
