import { Button } from "@mantine/core";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import styles from "./kubernetes.module.css";
import { asFile, drawnLines, matching, type LogLine } from "./log-lines.ts";
import { useLogs, type LogRequest } from "./use-logs.ts";

/** Colours of sources; the prefix says the same in words. */
const colours = 6;

type Props = { name: string; request: LogRequest; search: string; times: boolean };

/** Lines as they come. Pausing holds what is shown; scrolling up keeps the place. */
export function Output({ name, request, search, times }: Props) {
  const { t } = useI18n();
  const texts = t.kubernetes.logs;
  const { lines, error, ended } = useLogs(request);
  const [held, setHeld] = useState<readonly LogLine[] | null>(null);
  const found = useMemo(() => matching(held ?? lines, search), [held, lines, search]);
  const shown = useMemo(() => found.slice(-drawnLines), [found]);
  const sources = useMemo(() => [...new Set(lines.map(({ source }) => source))].sort(), [lines]);
  const box = useRef<HTMLElement>(null);
  const pinned = useRef(true);
  useLayoutEffect(() => {
    if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown]);
  return (
    <>
      <div className={styles["tools"]}>
        <output className="muted num">
          {held === null ? texts.lines(found.length, lines.length) : texts.paused(newSince(held, lines))}
          {ended ? ` ${texts.ended}` : ""}
        </output>
        <Button size="xs" variant="default" onClick={() => setHeld(held === null ? lines : null)}>
          {held === null ? texts.pause : texts.resume}
        </Button>
        <Button size="xs" variant="default" disabled={lines.length === 0} onClick={() => download(name, lines)}>
          {texts.download}
        </Button>
      </div>
      {error ? <ErrorBox error={error} /> : null}
      <ScrollRegion
        ref={box}
        label={texts.output(name)}
        className={styles["output"]}
        onScroll={({ currentTarget: at }) =>
          void (pinned.current = at.scrollTop + at.clientHeight > at.scrollHeight - 24)
        }
      >
        {found.length > shown.length ? <p className="muted">{texts.older(found.length - shown.length)}</p> : null}
        {shown.length === 0 ? (
          <p className="muted">{lines.length === 0 ? texts.none : texts.noneFound}</p>
        ) : (
          <pre>
            {shown.map(({ time, source, text }, index) => (
              <span key={found.length - shown.length + index} className={styles["line"]}>
                {times ? <span className="muted">{`${time} `}</span> : null}
                <span data-source={sources.indexOf(source) % colours}>{source === "" ? "" : `${source}: `}</span>
                {`${text}\n`}
              </span>
            ))}
          </pre>
        )}
      </ScrollRegion>
    </>
  );
}

/** Lines that have come since, also where old ones were dropped meanwhile. */
function newSince(held: readonly LogLine[], lines: readonly LogLine[]): number {
  const last = held.at(-1);
  return last === undefined ? lines.length : lines.length - 1 - lines.lastIndexOf(last);
}

function download(name: string, lines: readonly LogLine[]): void {
  const address = URL.createObjectURL(new Blob([asFile(lines)], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.log`;
  link.click();
  URL.revokeObjectURL(address);
}
