import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { Button, Switch, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { AccountMapping } from "./account-mapping.tsx";
import { DocumentPicker } from "./document-picker.tsx";
import { missingAccounts, outcomeLooks, outcomes, requestOf, toWrite, type Received } from "./import-report.ts";
import styles from "./import.module.css";
import { importsQuery } from "./queries.ts";
import { ReportList } from "./report-list.tsx";

/** Documents in, a report of what would be done, accounts mapped, and only then the import. */
export function ImportPage() {
  const { t } = useI18n();
  const texts = t.imports;
  usePageTitle(texts.title);
  const queries = useQueryClient();
  const [received, setReceived] = useState<readonly Received[]>([]);
  const [application, setApplication] = useState("");
  const [overwrite, setOverwrite] = useState(false);
  const [accounts, setAccounts] = useState<Record<string, string>>({});
  const [unmapped, setUnmapped] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState(false);
  const run = useMutation({
    mutationFn: (dryRun: boolean): Promise<ImportResult> =>
      api.call("runImport", { body: requestOf(received, { application, overwrite, accounts }, dryRun) }),
    onSuccess(result) {
      // An account that is mapped is no longer missing: its field has to stay.
      setUnmapped((old) => [...new Set([...old, ...missingAccounts(result)])].sort());
      void queries.invalidateQueries({ queryKey: keys.imports });
      if (!result.dryRun) void queries.invalidateQueries({ queryKey: keys.applications });
    },
  });
  const result = run.data;
  const pending = run.isPending ? (run.variables ? "check" : "import") : null;
  function change(next: readonly Received[]): void {
    setReceived(next);
    setUnmapped([]);
    run.reset();
  }
  function check(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (received.length > 0) run.mutate(true);
  }
  return (
    <>
      <div>
        <h1>{texts.title}</h1>
        <p className={`muted ${styles["intro"]}`}>
          {texts.intro} <Link to="/export">{t.exports.nav}</Link>
        </p>
      </div>
      <form className={styles["form"]} onSubmit={check} aria-label={texts.title}>
        <DocumentPicker received={received} onChange={change} />
        <div className={styles["options"]}>
          <TextInput
            label={`${texts.application} (${t.common.optional})`}
            description={texts.applicationHelp}
            value={application}
            onChange={(event) => setApplication(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <Switch
            label={texts.overwrite}
            description={texts.overwriteHelp}
            checked={overwrite}
            onChange={(event) => setOverwrite(event.currentTarget.checked)}
          />
        </div>
        {unmapped.length > 0 ? <AccountMapping names={unmapped} accounts={accounts} onChange={setAccounts} /> : null}
        <div className={styles["actions"]}>
          <Button type="submit" variant={result ? "default" : "filled"} loading={pending === "check"}>
            {result ? texts.checkAgain : texts.check}
          </Button>
          {result?.dryRun ? (
            <Button disabled={toWrite(result) === 0} loading={pending === "import"} onClick={() => run.mutate(false)}>
              {texts.run(toWrite(result))}
            </Button>
          ) : null}
          {asked && received.length === 0 ? <p role="alert">{texts.nothing}</p> : null}
        </div>
      </form>
      {run.error ? <ErrorBox error={run.error} /> : null}
      {result ? <ReportList key={result.id} result={result} /> : null}
      <Earlier />
    </>
  );
}

/** Imports and checks before, newest first, each with how its items came out. */
function Earlier() {
  const { t } = useI18n();
  const { data } = useQuery(importsQuery);
  if (!data || data.length === 0) return null;
  return (
    <section className={styles["section"]} aria-labelledby="earlier">
      <h2 id="earlier">{t.imports.earlier}</h2>
      <ul className={styles["list"]}>
        {data.map((each) => (
          <li key={each.id} className={styles["earlier"]}>
            <span>
              <Ago time={each.startedAt} />
              <span className="muted">
                {" "}
                {t.imports.by(each.startedBy)}
                {each.dryRun ? ` · ${t.imports.dryRun}` : ""}
              </span>
            </span>
            <span className={styles["counts"]}>
              {outcomes
                .filter((outcome) => each.counts[outcome] > 0)
                .map((outcome) => (
                  <MarkText key={outcome} look={outcomeLooks[outcome]}>
                    {each.counts[outcome]} {t.imports.outcomes[outcome]}
                  </MarkText>
                ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
