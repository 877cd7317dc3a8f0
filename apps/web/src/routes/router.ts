import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { Problem, Root, NotFound } from "./root.tsx";
import {
  auditSearch,
  configsSearch,
  dryRunSearch,
  editSearch,
  executionSearch,
  executionsSearch,
  exportSearch,
  filterSearch,
  kubernetesSearch,
  pipelinesSearch,
  shadowSearch,
  versionsSearch,
} from "./search.ts";

const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Problem });

const applications = createRoute({ getParentRoute: () => root, path: "/", validateSearch: filterSearch }).lazy(() =>
  import("./applications.lazy.tsx").then((module) => module.Route),
);

const toApplications = createRoute({
  getParentRoute: () => root,
  path: "applications",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

const application = createRoute({ getParentRoute: () => root, path: "applications/$application" }).lazy(() =>
  import("./application.lazy.tsx").then((module) => module.Route),
);

const clusters = createRoute({ getParentRoute: () => application, path: "/", validateSearch: filterSearch }).lazy(() =>
  import("./clusters.lazy.tsx").then((module) => module.Route),
);
const loadBalancers = createRoute({ getParentRoute: () => application, path: "load-balancers" }).lazy(() =>
  import("./load-balancers.lazy.tsx").then((module) => module.Route),
);
const pipelines = createRoute({
  getParentRoute: () => application,
  path: "pipelines",
  validateSearch: pipelinesSearch,
}).lazy(() => import("./pipelines.lazy.tsx").then((module) => module.Route));
const executions = createRoute({
  getParentRoute: () => application,
  path: "executions",
  validateSearch: executionsSearch,
}).lazy(() => import("./executions.lazy.tsx").then((module) => module.Route));
const canaryConfigs = createRoute({
  getParentRoute: () => application,
  path: "canary-configs",
  validateSearch: configsSearch,
}).lazy(() => import("./canary-configs.lazy.tsx").then((module) => module.Route));

const applicationTree = createRoute({
  getParentRoute: () => application,
  path: "kubernetes",
  validateSearch: kubernetesSearch,
}).lazy(() => import("./application-tree.lazy.tsx").then((module) => module.Route));

const kubernetesAccounts = createRoute({ getParentRoute: () => root, path: "kubernetes" }).lazy(() =>
  import("./kubernetes-accounts.lazy.tsx").then((module) => module.Route),
);
const accountTree = createRoute({
  getParentRoute: () => root,
  path: "kubernetes/$account",
  validateSearch: kubernetesSearch,
}).lazy(() => import("./account-tree.lazy.tsx").then((module) => module.Route));

const execution = createRoute({
  getParentRoute: () => root,
  path: "applications/$application/executions/$execution",
  validateSearch: executionSearch,
}).lazy(() => import("./execution.lazy.tsx").then((module) => module.Route));

const dryRun = createRoute({
  getParentRoute: () => root,
  path: "applications/$application/pipelines/$pipeline/dry-run",
  validateSearch: dryRunSearch,
}).lazy(() => import("./dry-run.lazy.tsx").then((module) => module.Route));
const versions = createRoute({
  getParentRoute: () => root,
  path: "applications/$application/pipelines/$pipeline/versions",
  validateSearch: versionsSearch,
}).lazy(() => import("./versions.lazy.tsx").then((module) => module.Route));

const shadow = createRoute({
  getParentRoute: () => root,
  path: "applications/$application/pipelines/$pipeline/shadow",
  validateSearch: shadowSearch,
}).lazy(() => import("./shadow.lazy.tsx").then((module) => module.Route));

const freezes = createRoute({ getParentRoute: () => root, path: "freezes", validateSearch: editSearch }).lazy(() =>
  import("./freezes.lazy.tsx").then((module) => module.Route),
);
const projects = createRoute({ getParentRoute: () => root, path: "projects", validateSearch: editSearch }).lazy(() =>
  import("./projects.lazy.tsx").then((module) => module.Route),
);
const project = createRoute({
  getParentRoute: () => root,
  path: "projects/$project",
  validateSearch: editSearch,
}).lazy(() => import("./project.lazy.tsx").then((module) => module.Route));

const imports = createRoute({ getParentRoute: () => root, path: "import" }).lazy(() =>
  import("./import.lazy.tsx").then((module) => module.Route),
);

const exports = createRoute({ getParentRoute: () => root, path: "export", validateSearch: exportSearch }).lazy(() =>
  import("./export.lazy.tsx").then((module) => module.Route),
);

const access = createRoute({ getParentRoute: () => root, path: "access" }).lazy(() =>
  import("./access.lazy.tsx").then((module) => module.Route),
);
const person = createRoute({ getParentRoute: () => root, path: "access/$user" }).lazy(() =>
  import("./person.lazy.tsx").then((module) => module.Route),
);
const account = createRoute({ getParentRoute: () => root, path: "account" }).lazy(() =>
  import("./account.lazy.tsx").then((module) => module.Route),
);
const audit = createRoute({ getParentRoute: () => root, path: "audit", validateSearch: auditSearch }).lazy(() =>
  import("./audit.lazy.tsx").then((module) => module.Route),
);

const routeTree = root.addChildren([
  applications,
  toApplications,
  application.addChildren([clusters, loadBalancers, pipelines, executions, canaryConfigs, applicationTree]),
  kubernetesAccounts,
  accountTree,
  execution,
  dryRun,
  versions,
  shadow,
  freezes,
  projects,
  project,
  imports,
  exports,
  access,
  person,
  account,
  audit,
]);

export function createAppRouter() {
  return createRouter({ routeTree, basepath: "/ui", defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
