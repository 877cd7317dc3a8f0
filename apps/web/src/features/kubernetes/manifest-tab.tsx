import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import styles from "./kubernetes.module.css";
import { forReading } from "./manifest.ts";
import { toYaml } from "./yaml.ts";

/** An object as YAML. */
export function ManifestTab({ live, secret }: { live: Record<string, unknown>; secret: boolean }) {
  const { t } = useI18n();
  const tell = useTell();
  const [withStatus, setWithStatus] = useState(false);
  const text = toYaml(forReading(live, withStatus));
  return (
    <>
      <p className="muted">
        {t.kubernetes.manifest.note} {secret ? t.kubernetes.manifest.secret : ""}
      </p>
      <div className={styles["tools"]}>
        <Switch
          label={t.kubernetes.manifest.status}
          checked={withStatus}
          onChange={(event) => setWithStatus(event.currentTarget.checked)}
        />
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigator.clipboard.writeText(text).then(() => tell(t.common.copied))}
        >
          {t.common.copy}
        </Button>
      </div>
      <ScrollRegion label={t.kubernetes.tabs.manifest} className={styles["code"]}>
        <pre>{text}</pre>
      </ScrollRegion>
    </>
  );
}
