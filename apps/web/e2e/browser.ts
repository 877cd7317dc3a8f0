import { existsSync, rmSync } from "node:fs";
import { chromium, type Browser, type BrowserContext } from "playwright-core";
import { koreanFont } from "./korean-font.ts";

/** The Chromium of `GENNAKER_CHROMIUM` or of the npm package (x64 Linux), else one installed on the system. */
async function executable(): Promise<string> {
  const named = process.env["GENNAKER_CHROMIUM"];
  if (named) return named;
  if (process.platform === "linux" && process.arch === "x64") return bundled();
  const usual = [
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const installed = usual.find((path) => existsSync(path));
  if (installed) return installed;
  throw new Error("No Chromium was found. Install one, or name it in GENNAKER_CHROMIUM.");
}

const libraryFolders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64"];

/**
 * The browser of the npm package. Where the system lacks the libraries it needs, the package's own are unpacked too,
 * which it does at loading time for the platform that this variable names.
 */
async function bundled(): Promise<string> {
  const complete = libraryFolders.some((folder) => existsSync(`${folder}/libnss3.so`));
  if (!complete) process.env["AWS_EXECUTION_ENV"] ??= "AWS_Lambda_nodejs22.x";
  const { default: chromiumPackage } = await import("@sparticuz/chromium");
  return chromiumPackage.executablePath();
}

export async function startBrowser(): Promise<Browser> {
  const path = await executable();
  const font = koreanFont();
  // Root may not use Chromium's sandbox; only pages of this checkout are opened.
  const browser = await chromium.launch({
    executablePath: path,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    env: { ...process.env, ...font.environment },
  });
  browser.on("disconnected", () => rmSync(font.folder, { recursive: true, force: true }));
  return browser;
}

export type Look = { language?: "en" | "ko"; scheme?: "light" | "dark"; width?: number; height?: number };

/** A fresh profile in a language, colour scheme and size. */
export async function newContext(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1360, height: look.height ?? 850 },
    locale: look.language === "ko" ? "ko-KR" : "en-GB",
    timezoneId: "Asia/Seoul",
    colorScheme: look.scheme ?? "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  return context;
}
