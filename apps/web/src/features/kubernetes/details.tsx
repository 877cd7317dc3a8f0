import { podsBelow } from "@gennaker/client/kubernetes/pods-below.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { Button, Menu, Tabs } from "@mantine/core";
import "@mantine/core/styles/Tabs.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { kubernetesTabs, type KubernetesTab } from "../../routes/search.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DiffTab } from "./diff-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import styles from "./kubernetes.module.css";
import { LogsTab } from "./logs-tab.tsx";
import { ManifestTab } from "./manifest-tab.tsx";
import { OperationDialog } from "./operation-dialog.tsx";
import { actionsFor, type Action } from "./operations.ts";
import { Overview } from "./overview.tsx";
import { objectQuery } from "./queries.ts";

type Props = {
  id: string;
  /** Undefined: it is not in the tree (any more). */
  node: KubernetesNode | undefined;
  nodes: ReadonlyMap<string, KubernetesNode>;
  tab: KubernetesTab;
  onTab(tab: KubernetesTab): void;
  onChoose(id: string): void;
  onClose(): void;
};

/** One object: its health and why, its manifest, differences, events and output, and what can be done with it. */
export function Details({ node, onClose, ...more }: Props) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const element = box.current;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    element?.addEventListener("keydown", onKey);
    return () => element?.removeEventListener("keydown", onKey);
  });
  const title = node === undefined ? t.kubernetes.gone : `${node.kind} ${node.name}`;
  return (
    <section className={styles["details"]} aria-label={t.kubernetes.details(title)} ref={box}>
      <header>
        <h3 tabIndex={-1} ref={heading}>
          {title}
        </h3>
        {node === undefined ? null : <Actions node={node} />}
        <Button size="compact-sm" variant="default" onClick={onClose} aria-label={t.kubernetes.closeDetails}>
          ×
        </Button>
      </header>
      {node === undefined ? null : <Parts node={node} {...more} />}
    </section>
  );
}

function Parts({ node, nodes, tab, onTab, onChoose }: Omit<Props, "onClose" | "node"> & { node: KubernetesNode }) {
  const { t } = useI18n();
  const hasLogs = node.kind === "Pod" || podsBelow(node, nodes.values()).length > 0;
  const tabs = kubernetesTabs.filter((each) => each !== "logs" || hasLogs);
  const shown = tabs.includes(tab) ? tab : "overview";
  const query = useQuery({ ...objectQuery(node, JSON.stringify(node.health)), enabled: shown !== "logs" });
  return (
    <Tabs
      value={shown}
      onChange={(value) => onTab(kubernetesTabs.find((each) => each === value) ?? "overview")}
      keepMounted={false}
    >
      <Tabs.List>
        {tabs.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t.kubernetes.tabs[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <div className={styles["panel"]}>
        <Tabs.Panel value="overview">
          <Overview node={node} nodes={nodes} health={query.data?.health ?? node.health} onChoose={onChoose} />
        </Tabs.Panel>
        <Tabs.Panel value="manifest">
          <QueryView query={query}>
            {({ live }) => <ManifestTab live={live} secret={node.kind === "Secret"} />}
          </QueryView>
        </Tabs.Panel>
        <Tabs.Panel value="diff">
          <QueryView query={query}>
            {({ live, lastApplied }) => <DiffTab node={node} nodes={nodes} live={live} wanted={lastApplied} />}
          </QueryView>
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <QueryView query={query}>{({ events }) => <EventsTab events={events} />}</QueryView>
        </Tabs.Panel>
        {hasLogs ? (
          <Tabs.Panel value="logs">
            <LogsTab node={node} nodes={nodes} />
          </Tabs.Panel>
        ) : null}
      </div>
    </Tabs>
  );
}

function Actions({ node }: { node: KubernetesNode }) {
  const { t } = useI18n();
  const [action, setAction] = useState<Action | null>(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="default" aria-label={t.common.actions(node.name)}>
            ⋯
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actionsFor(node).map((each) => (
            <Menu.Item
              key={each}
              {...(each === "remove" ? { color: "var(--bad)" } : {})}
              onClick={() => setAction(each)}
            >
              {t.kubernetes.actions[each]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action === null ? null : <OperationDialog action={action} node={node} onClose={() => setAction(null)} />}
    </>
  );
}
