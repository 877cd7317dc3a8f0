import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useConnection, useLiveState } from "../../features/live/live-context.tsx";
import { EmergencyBanner } from "../../features/access/emergency-banner.tsx";
import { InsecureBanner } from "../../features/access/insecure-banner.tsx";
import { WhoAmI } from "../../features/access/who-am-i.tsx";
import { PauseBanner } from "../../features/engine/pause-banner.tsx";
import { systemQuery, useHasKubernetes } from "../../features/system/queries.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Mark } from "../status/mark.tsx";
import { Logo } from "./logo.tsx";
import styles from "./shell.module.css";

/** Skip link, header with language, theme and help, banners, and the page below them. */
export function Shell({ onHelp, children }: { onHelp(): void; children: ReactNode }) {
  const { t } = useI18n();
  const hasKubernetes = useHasKubernetes();
  return (
    <>
      <a className={styles["skip"]} href="#content">
        {t.common.skip}
      </a>
      <header className={styles["header"]}>
        <Link to="/" className={styles["brand"]} aria-label={t.common.product}>
          <Logo />
          <span className={styles["brandName"]}>{t.common.product}</span>
        </Link>
        <nav className={styles["nav"]} aria-label={t.shell.main}>
          <Link to="/" activeProps={{ "aria-current": "page" }} activeOptions={{ exact: true, includeSearch: false }}>
            {t.shell.applications}
          </Link>
          <Link to="/projects" activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
            {t.projects.nav}
          </Link>
          {hasKubernetes ? (
            <Link to="/kubernetes" activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
              {t.kubernetes.nav}
            </Link>
          ) : null}
          <Link to="/freezes" activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
            {t.freezes.nav}
          </Link>
          <Link to="/import" activeProps={{ "aria-current": "page" }}>
            {t.imports.nav}
          </Link>
          <Link to="/audit" activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
            {t.audit.nav}
          </Link>
          <Link to="/access" activeProps={{ "aria-current": "page" }} activeOptions={{ includeSearch: false }}>
            {t.access.nav}
          </Link>
        </nav>
        <div className={styles["tools"]}>
          <WhoAmI />
          <LiveDot />
          <LanguageChoice />
          <ThemeChoice />
          <button
            type="button"
            className={styles["icon"]}
            onClick={onHelp}
            aria-label={t.shell.shortcuts}
            title={`${t.shell.shortcuts} (?)`}
          >
            ?
          </button>
        </div>
      </header>
      <Banners />
      <main id="content" className={styles["main"]} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function LiveDot() {
  const { t } = useI18n();
  const state = useLiveState();
  const text = { connecting: t.shell.connecting, connected: t.shell.live, disconnected: t.shell.offline }[state];
  return (
    <span className={styles["live"]}>
      <span className={styles["dot"]} data-state={state} />
      <span>{text}</span>
    </span>
  );
}

function LanguageChoice() {
  const { t, language, setLanguage } = useI18n();
  return (
    <select
      aria-label={t.shell.language}
      value={language}
      onChange={(event) => setLanguage(event.target.value === "ko" ? "ko" : "en")}
    >
      <option value="en" lang="en">
        English
      </option>
      <option value="ko" lang="ko">
        한국어
      </option>
    </select>
  );
}

function ThemeChoice() {
  const { t } = useI18n();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <select
      aria-label={t.shell.theme}
      value={colorScheme}
      onChange={({ target }) =>
        setColorScheme(target.value === "light" || target.value === "dark" ? target.value : "auto")
      }
    >
      {(["auto", "light", "dark"] as const).map((each) => (
        <option key={each} value={each}>
          {t.shell.themes[each]}
        </option>
      ))}
    </select>
  );
}

const noticeKey = "gennaker.no-authentication-notice";

function Banners() {
  const { t } = useI18n();
  const connection = useConnection();
  const system = useQuery(systemQuery);
  const [hidden, setHidden] = useState(() => sessionStorage.getItem(noticeKey) === "hidden");
  return (
    <section aria-label={t.shell.notices}>
      <div aria-live="assertive">
        {connection === "lost" ? (
          <div className={`${styles["banner"]} ${styles["lost"]}`}>
            <Mark look={{ tone: "bad", shape: "bang" }} />
            <p>{t.shell.disconnected}</p>
          </div>
        ) : null}
        {connection === "back" ? (
          <div className={`${styles["banner"]} ${styles["back"]}`}>
            <Mark look={{ tone: "ok", shape: "check" }} />
            <p>{t.shell.reconnected}</p>
          </div>
        ) : null}
      </div>
      <InsecureBanner />
      <EmergencyBanner />
      <PauseBanner />
      {system.data?.authentication === false && !hidden ? (
        <div className={`${styles["banner"]} ${styles["notice"]}`} role="note">
          <Mark look={{ tone: "wait", shape: "bang" }} />
          <p>{t.shell.noAuthentication}</p>
          <button
            type="button"
            className={styles["icon"]}
            aria-label={t.shell.dismiss}
            onClick={() => {
              sessionStorage.setItem(noticeKey, "hidden");
              setHidden(true);
            }}
          >
            ×
          </button>
        </div>
      ) : null}
    </section>
  );
}
