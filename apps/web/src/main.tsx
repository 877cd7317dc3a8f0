import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "./ui/theme/mantine.css";
import "./ui/theme/tokens.css";
import "./ui/theme/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueries } from "./features/live/api.ts";
import { LiveProvider } from "./features/live/live-context.tsx";
import { createLiveFeed } from "./features/live/live-feed.ts";
import { mendLanguage } from "./i18n/browser-language.ts";
import { I18nProvider } from "./i18n/provider.tsx";
import { createAppRouter } from "./routes/router.ts";
import { styleNonce, takeStyleNonce } from "./ui/theme/style-nonce.ts";
import { cssVariables, theme } from "./ui/theme/theme.ts";

mendLanguage(navigator);
takeStyleNonce();
const queries = createQueries();
const router = createAppRouter();
const feed = createLiveFeed(queries);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queries}>
        <I18nProvider>
          <LiveProvider feed={feed}>
            <RouterProvider router={router} />
          </LiveProvider>
        </I18nProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
