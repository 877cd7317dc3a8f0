import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Explanation } from "@gennaker/contract/resources/common.ts";
import { serversOwnWords, type CanaryWords } from "./canary-words.ts";
import { en, type Messages } from "./en.ts";
import { explain, wordsOfName, type Explained, type Explanations } from "./explain.ts";
import { createFormat, type Format, type Language } from "./format.ts";

type Pack = { language: Language; messages: Messages; explanations: Explanations; canaryWords: CanaryWords };

export type I18n = {
  language: Language;
  setLanguage(language: Language): void;
  t: Messages;
  format: Format;
  explain(explanation: Explanation): Explained;
  stageType(type: string): string;
  task(name: string): string;
  canaryWords: CanaryWords;
};

const english: Pack = { language: "en", messages: en, explanations: {}, canaryWords: serversOwnWords };
const storageKey = "gennaker.language";
const I18nContext = createContext<I18n | null>(null);

async function load(language: Language): Promise<Pack> {
  if (language === "en") return english;
  const [{ ko }, { koExplanations }, { koCanaryWords }] = await Promise.all([
    import("./ko.ts"),
    import("./ko-explanations.ts"),
    import("./ko-canary.ts"),
  ]);
  return { language, messages: ko, explanations: koExplanations, canaryWords: koCanaryWords };
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
    const { language, messages: t, explanations, canaryWords } = pack;
    return {
      language,
      setLanguage(next) {
        localStorage.setItem(storageKey, next);
        setWanted(next);
      },
      t,
      format: createFormat(language),
      explain: (explanation) => explain(explanations, explanation),
      stageType: (type) => t.stageTypes[type] ?? type,
      canaryWords,
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
