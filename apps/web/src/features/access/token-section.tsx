import type { AccessToken } from "@gennaker/contract/resources/access.ts";
import { Button, Modal, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import form from "../../ui/form/form.module.css";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./access.module.css";
import { tokensQuery } from "./queries.ts";
import { listOf } from "./resource.ts";

/** API tokens of somebody: what there is, making one (shown once), and taking one back. */
export function TokenSection({ user }: { user: string }) {
  const { t, format } = useI18n();
  const texts = t.access.tokens;
  const queries = useQueryClient();
  const query = useQuery(tokensQuery(user));
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<AccessToken | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: keys.access });
  return (
    <section className={styles["section"]} aria-label={texts.title}>
      <div className={styles["head"]}>
        <h2>{texts.title}</h2>
        <Button size="xs" onClick={() => setCreating(true)}>
          {texts.create}
        </Button>
      </div>
      <QueryView query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="muted">{texts.none}</p>
          ) : (
            <ScrollRegion className={styles["table"]} label={t.access.table(texts.title)}>
              <table>
                <thead>
                  <tr>
                    {[texts.name, texts.scopes, texts.expires, texts.used].map((title) => (
                      <th key={title} scope="col">
                        {title}
                      </th>
                    ))}
                    <td>{null}</td>
                  </tr>
                </thead>
                <tbody>
                  {tokens.map((token) => (
                    <tr key={token.id}>
                      <td>{token.name}</td>
                      <td>{token.scopes === null ? texts.all : token.scopes.join(", ")}</td>
                      <td>{token.expiresAt === null ? texts.never : format.dateTime(token.expiresAt)}</td>
                      <td>{token.usedAt === null ? texts.unused : <Ago time={token.usedAt} />}</td>
                      <td>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={texts.revokeOf(token.name)}
                          onClick={() => setRevoking(token)}
                        >
                          {texts.revoke}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )
        }
      </QueryView>
      {creating ? <TokenDialog user={user} onClose={() => setCreating(false)} onDone={refresh} /> : null}
      {revoking ? (
        <ConfirmDialog
          title={texts.revokeOf(revoking.name)}
          text={texts.revokeText}
          submit={texts.revoke}
          danger
          onConfirm={async () => {
            await api.call("revokeToken", { params: { token: revoking.id } });
            await refresh();
          }}
          onClose={() => setRevoking(null)}
        />
      ) : null}
    </section>
  );
}

function TokenDialog({ user, onClose, onDone }: { user: string; onClose(): void; onDone(): unknown }) {
  const { t } = useI18n();
  const texts = t.access.tokens;
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState("");
  const [days, setDays] = useState<string | number>(90);
  const make = useMutation({
    mutationFn: () =>
      api.call("createToken", {
        body: {
          name: name.trim(),
          user,
          scopes: scopes.trim() === "" ? null : listOf(scopes),
          expiresInDays: typeof days === "number" ? days : null,
        },
      }),
    onSuccess: () => onDone(),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== "") make.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={texts.create} closeButtonProps={{ "aria-label": t.common.close }}>
      {make.data === undefined ? (
        <form className={form["form"]} onSubmit={submit}>
          <TextInput
            label={texts.name}
            description={texts.nameHelp}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
            autoComplete="off"
            required
          />
          <TextInput
            label={texts.scopes}
            description={texts.scopesHelp}
            value={scopes}
            onChange={({ currentTarget }) => setScopes(currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <NumberInput
            label={texts.days}
            description={texts.daysHelp}
            value={days}
            onChange={setDays}
            min={1}
            max={3_660}
          />
          {make.error ? <ErrorBox error={make.error} /> : null}
          <div className={form["actions"]}>
            <Button variant="default" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {texts.create}
            </Button>
          </div>
        </form>
      ) : (
        <div className={form["form"]}>
          <p>{texts.once}</p>
          <p className={styles["secret"]} data-testid="token">
            {make.data.token}
          </p>
          <div className={form["actions"]}>
            <Button onClick={() => void navigator.clipboard.writeText(make.data.token)} variant="default">
              {t.common.copy}
            </Button>
            <Button onClick={onClose}>{t.common.close}</Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
