import { defineConfig } from "vitest/config";

const source = ["packages/*/src", "apps/*/src", "tools"];
const integration = source.map((folder) => `${folder}/**/*.it.test.ts`);
const kubernetes = source.map((folder) => `${folder}/**/*.kube.test.ts`);
const browser = ["apps/web/e2e/**/*.e2e.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: source.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: [...integration, ...kubernetes, ...browser, "**/node_modules/**"],
          isolate: false,
          pool: "threads",
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "integration",
          include: integration,
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "kubernetes",
          include: kubernetes,
          globalSetup: "packages/testkit/src/kubernetes/test-setup.ts",
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "browser",
          include: browser,
          pool: "forks",
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
