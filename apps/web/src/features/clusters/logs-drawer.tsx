import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { Drawer, Switch } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { api } from "../live/api.ts";
import styles from "./clusters.module.css";

const tail = 500;
/** More text than this makes the page slow; the oldest goes first. */
const mostCharacters = 400_000;

type Props = { group: ServerGroup; instance: string; onClose(): void };

/** An instance's output. Following keeps the newest line in view, until the reader scrolls up. */
export function LogsDrawer({ group, instance, onClose }: Props) {
  const { t } = useI18n();
  const [follow, setFollow] = useState(true);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={t.clusters.logsOf(instance)}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <div className={styles["logs"]}>
        <Switch
          label={t.clusters.follow}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Output key={String(follow)} group={group} instance={instance} follow={follow} />
      </div>
    </Drawer>
  );
}

function Output({ group, instance, follow }: Omit<Props, "onClose"> & { follow: boolean }) {
  const { t } = useI18n();
  const { text, error, ended } = useLogs(group, instance, follow);
  const box = useRef<HTMLElement>(null);
  const pinned = useRef(true);
  useLayoutEffect(() => {
    if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <>
      <output className="muted">
        {ended ? t.clusters.stopped : follow ? t.clusters.following : t.clusters.tail(tail)}
      </output>
      {error ? <ErrorBox error={error} /> : null}
      <ScrollRegion
        ref={box}
        label={t.clusters.logsOf(instance)}
        className={styles["logText"]}
        onScroll={({ currentTarget: at }) =>
          void (pinned.current = at.scrollTop + at.clientHeight > at.scrollHeight - 24)
        }
      >
        <pre>{text === "" ? t.clusters.noLogs : text}</pre>
      </ScrollRegion>
    </>
  );
}

function useLogs(
  group: ServerGroup,
  instance: string,
  follow: boolean,
): { text: string; error: unknown; ended: boolean } {
  const [state, setState] = useState<{ text: string; error: unknown; ended: boolean }>({
    text: "",
    error: null,
    ended: false,
  });
  const { account, region, name } = group;
  useEffect(() => {
    const stop = new AbortController();
    async function read(): Promise<void> {
      const chunks = api.stream("getLogs", {
        params: { account, region, serverGroup: name, instance },
        query: { tail, ...(follow ? { follow: "true" as const } : {}) },
        signal: stop.signal,
      });
      for await (const chunk of chunks)
        setState((old) => ({ ...old, text: (old.text + chunk).slice(-mostCharacters) }));
      setState((old) => ({ ...old, ended: follow }));
    }
    read().catch((error: unknown) => {
      if (!stop.signal.aborted) setState((old) => ({ ...old, error }));
    });
    return () => stop.abort();
  }, [account, region, name, instance, follow]);
  return state;
}
