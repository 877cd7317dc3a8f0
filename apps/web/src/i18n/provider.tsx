import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Explanation } from "@gennaker/contract/resources/common.ts";
import { serversOwnWords, type CanaryWords } from "./canary-words.ts";
import { en, type Messages } from "./en.ts";
import { explain, wordsOfName, type Explained, type Explanations } from "./explain.ts";
import { createFormat, withLocalTimes, type Format, type Language } from "./format.ts";

type Pack = {
  language: Language;
  messages: Messages;
  explanations: Explanations;
  canaryWords: CanaryWords;
  reason(text: string): string;
};

export type I18n = {
  language: Language;
  setLanguage(language: Language): void;
  t: Messages;
  format: Format;
  explain(explanation: Explanation): Explained;
  stageType(type: string): string;
  task(name: string): string;
  /** A sentence of the server, its times written for the reader. */
  said(text: string): string;
  /** The server's words about an instance or a load balancer, which have no code. */
  reason(text: string): string;
  canaryWords: CanaryWords;
};

const english: Pack = {
  language: "en",
  messages: en,
  explanations: {},
  canaryWords: serversOwnWords,
  reason: (text) => text,
};
const storageKey = "gennaker.language";
const I18nContext = createContext<I18n | null>(null);

async function load(language: Language): Promise<Pack> {
  if (language === "en") return english;
  const [{ ko }, { koExplanations }, { koCanaryWords }, { koReason }] = await Promise.all([
    import("./ko.ts"),
    import("./ko-explanations.ts"),
    import("./ko-canary.ts"),
    import("./ko-reasons.ts"),
  ]);
  return { language, messages: ko, explanations: koExplanations, canaryWords: koCanaryWords, reason: koReason };
}

/** The chosen language, or the browser's first one that there is. */
function preferred(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === "en" || chosen === "ko") return chosen;
  return navigator.languages.find((each) => /^(en|ko)\b/.test(each))?.startsWith("ko") ? "ko" : "en";
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState<Language>(preferred);
  const [pack, setPack] = useState<Pack | null>(wanted === "en" ? english : null);
  useEffect(() => {
    const still = { wanted: true };
    void load(wanted).then((loaded) => {
      if (still.wanted) setPack(loaded);
    });
    return () => void (still.wanted = false);
  }, [wanted]);
  useEffect(() => {
    if (pack) document.documentElement.lang = pack.language;
  }, [pack]);
  const value = useMemo<I18n | null>(() => {
    if (pack === null) return null;
    const { language, messages: t, explanations, canaryWords, reason } = pack;
    const format = createFormat(language);
    return {
      language,
      setLanguage(next) {
        localStorage.setItem(storageKey, next);
        setWanted(next);
      },
      t,
      format,
      explain(explanation) {
        const { text, original } = explain(explanations, explanation);
        return { text: withLocalTimes(text, format), original: original && withLocalTimes(original, format) };
      },
      stageType: (type) => t.stageTypes[type] ?? type,
      said: (text) => withLocalTimes(text, format),
      canaryWords,
      reason,
      task: (name) => t.tasks[name] ?? wordsOfName(name),
    };
  }, [pack]);
  return value === null ? null : <I18nContext value={value}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const value = useContext(I18nContext);
  if (value === null) throw new Error("useI18n is used outside I18nProvider");
  return value;
}
