import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import styles from "./applications.module.css";

/** For the newcomer: what an application is, and three exact ways to the first one. */
export function Welcome({ onCreate }: { onCreate(): void }) {
  const { t } = useI18n();
  const texts = t.applications.empty;
  return (
    <Empty title={texts.title}>
      <p>{texts.text}</p>
      <ol className={styles["ways"]}>
        <li>
          <h3>{texts.demo}</h3>
          <p className="muted">{texts.demoText}</p>
          <pre>
            <code>npm run demo</code>
          </pre>
        </li>
        <li>
          <h3>{texts.create}</h3>
          <p className="muted">{texts.createText}</p>
          <Button variant="default" onClick={onCreate}>
            {t.applications.create}
          </Button>
        </li>
        <li>
          <h3>{texts.bring}</h3>
          <p className="muted">{texts.bringText}</p>
          <p>
            <Link to="/import">{t.imports.title}</Link>
          </p>
          <pre>
            <code>gennaker import DIRECTORY --dry-run</code>
          </pre>
        </li>
      </ol>
    </Empty>
  );
}
