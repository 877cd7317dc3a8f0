import { Textarea } from "@mantine/core";
import { useState, type DragEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import type { Received } from "./import-report.ts";
import styles from "./import.module.css";

/** The server takes 25 MB at once; what is larger goes in parts, which the command line does. */
const mostBytes = 20 * 1024 * 1024;
const pasted = "pasted";

type Props = { received: readonly Received[]; onChange(next: readonly Received[]): void };

/** Files that are dropped or chosen, and a text that is pasted. */
export function DocumentPicker({ received, onChange }: Props) {
  const { t, format } = useI18n();
  const texts = t.imports;
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const files = received.filter((each) => each.source !== pasted);
  const text = received.find((each) => each.source === pasted)?.text ?? "";

  async function take(list: FileList | null): Promise<void> {
    const chosen = [...(list ?? [])];
    const big = chosen.find((file) => file.size > mostBytes);
    setProblem(big ? texts.tooBig(big.name) : null);
    const read = await Promise.all(
      chosen
        .filter((file) => file.size <= mostBytes)
        .map(async (file) => ({ source: file.webkitRelativePath || file.name, text: await file.text() })),
    );
    const names = new Set(read.map((each) => each.source));
    onChange([...received.filter((each) => !names.has(each.source)), ...read]);
  }
  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  }
  return (
    <div className={styles["picker"]}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a short cut for the field inside */}
      <div
        className={styles["drop"]}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <p className="muted">{texts.drop}</p>
        <label className={styles["files"]}>
          {texts.files}
          <input
            type="file"
            multiple
            accept=".json,.yml,.yaml,application/json"
            className="visually-hidden"
            onChange={({ currentTarget }) => {
              // The list is emptied with the field, which has to be for the same file to be chosen again.
              void take(currentTarget.files).finally(() => (currentTarget.value = ""));
            }}
          />
        </label>
        {problem ? <p role="alert">{problem}</p> : null}
        {files.length > 0 ? (
          <ul className={styles["chosen"]} aria-label={texts.chosen(files.length)}>
            {files.map((file) => (
              <li key={file.source}>
                <span className="mono">{file.source}</span>{" "}
                <span className="muted num">{format.bytes(file.text.length)}</span>
                <button
                  type="button"
                  aria-label={texts.removeFile(file.source)}
                  onClick={() => onChange(received.filter((each) => each !== file))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <Textarea
        label={texts.paste}
        value={text}
        rows={8}
        spellCheck={false}
        onChange={({ currentTarget: { value } }) =>
          onChange([...files, ...(value.trim() === "" ? [] : [{ source: pasted, text: value }])])
        }
      />
    </div>
  );
}
