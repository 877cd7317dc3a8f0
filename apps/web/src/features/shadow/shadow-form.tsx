import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import { Button, NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { api } from "../live/api.ts";
import { executionsOf, type Execution } from "./executions.ts";
import styles from "./shadow.module.css";

type Props = { application: string; pipeline: string; onCompared(report: ShadowReport): void };
type From = "gate" | "files";

/** Where the executions come from: Gate's address, or files of what Gate answered. */
export function ShadowForm({ application, pipeline, onCompared }: Props) {
  const { t } = useI18n();
  const texts = t.shadow;
  const [from, setFrom] = useState<From>("gate");
  const [gate, setGate] = useState("");
  const [authorization, setAuthorization] = useState("");
  const [limit, setLimit] = useState(10);
  const [files, setFiles] = useState<{ name: string; executions: readonly Execution[] } | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const run = useMutation({
    mutationFn: (): Promise<ShadowReport> => {
      const body = { application, pipeline };
      if (from === "files")
        return api.call("compareShadow", {
          body: { ...body, source: files?.name ?? "", executions: [...(files?.executions ?? [])] },
        });
      const login = authorization.trim() === "" ? {} : { authorization: authorization.trim() };
      return api.call("compareWithGate", { body: { ...body, gate: gate.trim(), limit, ...login } });
    },
    onSuccess: onCompared,
  });
  const lacking = from === "gate" ? gate.trim() === "" : files === null;
  async function take(chosen: FileList | null): Promise<void> {
    const all = [...(chosen ?? [])];
    const read = await Promise.all(
      all.map(async (file) => ({ name: file.name, found: executionsOf(await file.text()) })),
    );
    const bad = read.find(({ found }) => found === null);
    setUnreadable(bad?.name ?? null);
    const executions = read.flatMap(({ found }) => found ?? []);
    setFiles(executions.length === 0 ? null : { name: all.map(({ name }) => name).join(", "), executions });
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (!lacking) run.mutate();
  }
  const missing = asked && lacking;
  return (
    <form className={styles["form"]} onSubmit={submit} noValidate aria-label={texts.action}>
      <SegmentedControl
        aria-label={texts.from}
        value={from}
        onChange={(value) => setFrom(value === "files" ? "files" : "gate")}
        data={[
          { value: "gate", label: texts.fromGate },
          { value: "files", label: texts.fromFiles },
        ]}
      />
      {from === "gate" ? (
        <div className={styles["fields"]}>
          <TextInput
            label={texts.gate}
            description={texts.gateHelp}
            error={missing ? texts.noGate : null}
            value={gate}
            type="url"
            autoComplete="url"
            spellCheck={false}
            onChange={(event) => setGate(event.currentTarget.value)}
          />
          <TextInput
            label={`${texts.authorization} (${t.common.optional})`}
            description={texts.authorizationHelp}
            type="password"
            value={authorization}
            autoComplete="off"
            onChange={(event) => setAuthorization(event.currentTarget.value)}
          />
          <NumberInput
            label={texts.limit}
            value={limit}
            min={1}
            max={50}
            allowDecimal={false}
            onChange={(value) => setLimit(typeof value === "number" && value >= 1 ? Math.min(50, value) : 1)}
          />
        </div>
      ) : (
        <Files
          error={unreadable === null ? (missing ? texts.noFiles : null) : texts.unreadable(unreadable)}
          onTake={take}
        >
          {files === null ? null : texts.chosen(files.executions.length)}
        </Files>
      )}
      <Button type="submit" loading={run.isPending}>
        {texts.submit}
      </Button>
      {run.error ? <ErrorBox error={run.error} /> : null}
    </form>
  );
}

type FilesProps = { error: string | null; onTake(list: FileList | null): Promise<void>; children: string | null };

function Files({ error, onTake, children }: FilesProps) {
  const { t } = useI18n();
  const id = useId();
  return (
    <div className={styles["files"]}>
      <label htmlFor={id}>{t.shadow.files}</label>
      <p className="muted" id={`${id}-help`}>
        {t.shadow.filesHelp}
      </p>
      <input
        id={id}
        type="file"
        multiple
        accept=".json,.jsonl,application/json"
        aria-describedby={`${id}-help`}
        aria-invalid={error !== null}
        onChange={({ currentTarget }) => void onTake(currentTarget.files)}
      />
      {error === null ? null : <p role="alert">{error}</p>}
      <output>{children}</output>
    </div>
  );
}
