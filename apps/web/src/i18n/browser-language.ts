type Speaker = { readonly language: string };

/**
 * Some systems name a language that no formatter takes (`en-US@posix`), and libraries hand it to Intl as it is, which
 * throws while they load. Such a name is replaced by its valid beginning, or by English.
 */
export function mendLanguage(navigator: Speaker): void {
  const named = navigator.language;
  if (isValid(named)) return;
  const beginning = /^[a-z]{2,3}(-[A-Z]{2})?/.exec(named)?.[0] ?? "en";
  Object.defineProperty(navigator, "language", { value: isValid(beginning) ? beginning : "en", configurable: true });
}

function isValid(language: string): boolean {
  try {
    return new Intl.NumberFormat(language) instanceof Intl.NumberFormat;
  } catch {
    return false;
  }
}
