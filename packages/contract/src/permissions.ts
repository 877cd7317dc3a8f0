import type { Permission } from "./permission.ts";
import { byPart, lists, needs, signedIn } from "./permission.ts";

const application = "params.application";
const byExecution = "execution:params.execution";
const byPipeline = "pipeline:params.pipeline";

/** What each route of the own API asks of the caller. A route that is not named here is for administrators only. */
export const permissions: Readonly<Record<string, Permission>> = {
  getSystem: signedIn,
  listAccounts: lists("name", { kind: "account" }),
  listStageTypes: signedIn,
  listAudit: lists("application", {
    needs: ["read application query.application?"],
    nameless: { verb: "read", kind: "audit" },
  }),
  exportAudit: lists("application", {
    needs: ["read audit", "read application query.application?"],
    nameless: { verb: "read", kind: "audit" },
  }),
  verifyAudit: needs("read audit"),
  getAuditState: needs("read audit"),

  listApplications: lists("name"),
  getApplication: needs(`read application ${application}`),
  saveApplication: needs(`write application ${application}`),
  deleteApplication: needs(`write application ${application}`),

  listPipelines: needs(`read application ${application}`),
  getPipeline: needs(`read application ${byPipeline}`),
  savePipeline: needs("write application body.application", "write application pipeline:body.id?"),
  validatePipeline: needs("read shared"),
  deletePipeline: needs(`write application ${byPipeline}`),
  startPipeline: needs(`execute application ${byPipeline}`),
  listPipelineVersions: needs(`read application ${byPipeline}`),
  dryRunPipeline: needs(`read application ${application}`, `read application ${byPipeline}`),
  getReadiness: needs(`read application ${byPipeline}`),
  startOperation: { needs: [], jobs: true },

  listExecutions: lists("application", { needs: ["read application query.application?"] }),
  getExecution: needs(`read application ${byExecution}`),
  getExecutionHistory: needs(`read application ${byExecution}`),
  deleteExecution: needs(`write application ${byExecution}`),
  cancelExecution: needs(`execute application ${byExecution}`),
  pauseExecution: needs(`execute application ${byExecution}`),
  resumeExecution: needs(`execute application ${byExecution}`),
  rerunExecution: needs(`execute application ${byExecution}`),
  judgeStage: needs(`judge application ${byExecution}`),
  skipStage: needs(`execute application ${byExecution}`),
  restartStage: needs(`execute application ${byExecution}`),
  listCanaryRuns: needs(`read application ${byExecution}`),
  getRetention: needs("read system"),
  setRetention: needs("write system"),
  getApplicationRetention: needs(`read application ${application}`),
  setApplicationRetention: needs(`write application ${application}`),
  deleteApplicationRetention: needs(`write application ${application}`),

  listClusters: needs(`read application ${application}`),
  getServerGroup: needs("read account params.account", "read application serverGroup:params.serverGroup"),
  getLogs: needs("read account params.account", "read application serverGroup:params.serverGroup"),
  listLoadBalancers: needs(`read application ${application}`),

  listCanaryConfigs: lists("applications", { needs: ["read application query.application?"] }),
  getCanaryConfig: needs("read application canaryConfig:params.canaryConfig"),
  saveCanaryConfig: needs("write application canaryConfig:params.canaryConfig", "write application body.applications?"),
  deleteCanaryConfig: needs("write application canaryConfig:params.canaryConfig"),

  listSecrets: needs("read secret"),
  setSecret: needs("write secret params.secret"),
  deleteSecret: needs("write secret params.secret"),
  rotateSecrets: needs("write secret"),
  checkSecret: needs("read secret"),

  listArtifactAccounts: signedIn,
  getArtifactUsage: needs("read system"),
  fetchArtifact: needs("execute shared"),

  listProjects: needs("read shared"),
  getProject: needs("read shared"),
  saveProject: needs("write shared"),
  deleteProject: needs("write shared"),

  getEnginePause: signedIn,
  setEnginePause: needs("write system"),
  getApplicationPause: needs(`read application ${application}`),
  setApplicationPause: needs(`execute application ${application}`),
  listFreezes: lists("application"),
  getFreeze: needs("read application freeze:params.freeze"),
  saveFreeze: needs("write application freeze:params.freeze", "write application body.application"),
  deleteFreeze: needs("write application freeze:params.freeze"),
  addFreezeException: needs("write application freeze:params.freeze"),
  deleteFreezeException: needs("write application freeze:params.freeze"),

  whoAmI: signedIn,
  explainAccess: needs("read access query.user?"),
  listUsers: needs("read access"),
  saveUser: needs("administer access params.user"),
  deleteUser: needs("administer access params.user"),
  changePassword: signedIn,
  listRoles: signedIn,
  saveRole: needs("administer access"),
  deleteRole: needs("administer access"),
  listSessions: needs("administer access query.user?"),
  endSession: signedIn,
  listTokens: needs("administer access query.user?"),
  createToken: needs("administer access body.user?"),
  revokeToken: signedIn,
  breakGlass: signedIn,
  endBreakGlass: signedIn,
  listEmergencyAccess: signedIn,
  startDeviceLogin: "everybody",
  pollDeviceLogin: "everybody",

  compareShadow: needs("read application body.application"),
  // It calls an address that the caller names.
  compareWithGate: needs("execute application body.application"),
  listComparisons: needs(`read application ${application}`),
  getComparison: needs(`read application ${application}`),
  // Each item asks for writing to its application; reports are their caller's, or for who may change the system.
  runImport: byPart,
  listImports: signedIn,
  getImport: signedIn,
  exportDocuments: needs(
    "read application query.application?",
    "read application pipeline:query.pipeline?",
    "read shared",
  ),
  // Only what may be read is among it.
  exportEverything: needs("read shared"),

  listKubernetesObjects: lists("application", {
    at: "objects",
    needs: ["read account params.account", "read application query.application?"],
  }),
  getKubernetesObject: needs("read account params.account", "read application object:params.name"),
  getKubernetesLogs: needs("read account params.account", "read application pod:query.pods"),
  followKubernetesTree: needs(`read application ${application}`),
  followKubernetesAccountTree: needs("read account params.account", "read application query.application?"),
  diffKubernetesManifests: needs("read account params.account", "read application body.application?"),
  getKubernetesTraffic: needs(`read application ${application}`),
};
