import bundledChromium from "@sparticuz/chromium";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium, type Browser, type BrowserContext } from "playwright-core";

const require = createRequire(import.meta.url);

/** The Chromium of `GENNAKER_CHROMIUM` or of the npm package (x64 Linux), else one installed on the system. */
async function executable(): Promise<string> {
  const named = process.env["GENNAKER_CHROMIUM"];
  if (named) return named;
  if (process.platform === "linux" && process.arch === "x64") return bundledChromium.executablePath();
  const installed = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].find((path) => existsSync(path));
  if (installed) return installed;
  throw new Error("No Chromium was found. Install one, or name it in GENNAKER_CHROMIUM.");
}

export async function startBrowser(): Promise<Browser> {
  // Root may not use Chromium's sandbox; only pages of this checkout are opened.
  return chromium.launch({ executablePath: await executable(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export type Look = { language?: "en" | "ko"; scheme?: "light" | "dark"; width?: number; height?: number };

/** A fresh profile in a language, colour scheme and size, with a Korean font where the system has none. */
export async function newContext(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1360, height: look.height ?? 850 },
    locale: look.language === "ko" ? "ko-KR" : "en-GB",
    timezoneId: "Asia/Seoul",
    colorScheme: look.scheme ?? "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  await addKoreanFont(context);
  return context;
}

const fontPath = "/ui/assets/test-fonts/";

/** Pages name the font `Noto Sans KR` among others; here it comes from the npm package, as the server's own origin. */
async function addKoreanFont(context: BrowserContext): Promise<void> {
  const folder = dirname(require.resolve("@fontsource/noto-sans-kr/package.json"));
  const css = ["400", "500", "600", "700"]
    .flatMap((weight) => [`korean-${weight}.css`, `${weight}.css`].filter((name) => existsSync(join(folder, name))).slice(0, 1))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n")
    .replace(/url\(\.\/files\//g, `url(${fontPath}`);
  if (css === "") throw new Error(`@fontsource/noto-sans-kr has an unknown layout: ${readdirSync(folder).slice(0, 5).join(", ")}`);
  await context.route(`**${fontPath}*`, async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    await route.fulfill({ body: readFileSync(join(folder, "files", name)), contentType: "font/woff2" });
  });
  await context.addInitScript((text: string) => {
    addEventListener("DOMContentLoaded", () => {
      const style = document.createElement("style");
      style.textContent = text;
      document.head.append(style);
    });
  }, css);
}
