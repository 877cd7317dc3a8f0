import { Skeleton } from "@mantine/core";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./feedback.module.css";

/** Rows of the height that the content will have, so that nothing jumps when it comes. */
export function LoadingRows({ rows = 4, height = 56 }: { rows?: number; height?: number }) {
  const { t } = useI18n();
  return (
    <output className={styles["loading"]} aria-label={t.common.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </output>
  );
}
