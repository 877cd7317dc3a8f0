import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./build/precompress.ts";
import { routeTable } from "./build/route-table.ts";

/** `GENNAKER_URL` names the server that `vite` alone (development) passes the API on to. */
export default defineConfig({
  base: "/ui/",
  plugins: [routeTable(), react(), precompress()],
  build: {
    target: ["chrome123", "firefox124", "safari17.5"],
    // A stylesheet or a chunk as a data: URL would need a wider content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { "/api": { target: process.env["GENNAKER_URL"] ?? "http://127.0.0.1:8084" } },
  },
});
