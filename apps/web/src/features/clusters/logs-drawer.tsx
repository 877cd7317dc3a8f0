import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { Drawer, Switch } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { api } from "../live/api.ts";
import styles from "./clusters.module.css";

const tail = 500;
/** More text than this makes the page slow; the oldest goes first. */
const mostCharacters = 400_000;

/** An instance's output. Following keeps the newest line in view, until the reader scrolls up. */
export function LogsDrawer({ group, instance, onClose }: { group: ServerGroup; instance: string; onClose(): void }) {
  const { t } = useI18n();
  const [follow, setFollow] = useState(true);
  const { text, error, ended } = useLogs(group, instance, follow);
  const box = useRef<HTMLPreElement>(null);
  const pinned = useRef(true);
  useLayoutEffect(() => {
    if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={t.clusters.logsOf(instance)} closeButtonProps={{ "aria-label": t.common.close }}>
      <div className={styles["logs"]}>
        <div className={styles["logsBar"]}>
          <Switch label={t.clusters.follow} checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          <span className="muted" role="status">{ended ? t.clusters.stopped : follow ? t.clusters.following : t.clusters.tail(tail)}</span>
        </div>
        {error ? <ErrorBox error={error} /> : null}
        <pre
          ref={box} tabIndex={0} role="log" aria-label={t.clusters.logsOf(instance)} aria-live="off"
          onScroll={({ currentTarget: at }) => void (pinned.current = at.scrollTop + at.clientHeight > at.scrollHeight - 24)}
        >{text === "" ? t.clusters.noLogs : text}</pre>
      </div>
    </Drawer>
  );
}

function useLogs(group: ServerGroup, instance: string, follow: boolean): { text: string; error: unknown; ended: boolean } {
  const [state, setState] = useState<{ text: string; error: unknown; ended: boolean }>({ text: "", error: null, ended: false });
  const { account, region, name } = group;
  useEffect(() => {
    const stop = new AbortController();
    setState({ text: "", error: null, ended: false });
    async function read(): Promise<void> {
      const chunks = api.stream("getLogs", {
        params: { account, region, serverGroup: name, instance }, query: { tail, ...(follow ? { follow: "true" as const } : {}) }, signal: stop.signal,
      });
      for await (const chunk of chunks) setState((old) => ({ ...old, text: (old.text + chunk).slice(-mostCharacters) }));
      setState((old) => ({ ...old, ended: follow }));
    }
    read().catch((error: unknown) => {
      if (!stop.signal.aborted) setState((old) => ({ ...old, error }));
    });
    return () => stop.abort();
  }, [account, region, name, instance, follow]);
  return state;
}
