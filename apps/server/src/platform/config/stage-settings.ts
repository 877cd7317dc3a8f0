import { z } from "zod";

const texts = z.array(z.string());
const parameter = z.strictObject({
  name: z.string().min(1),
  label: z.string().optional(),
  description: z.string().optional(),
  type: z.string().default("string"),
  defaultValue: z.coerce.string().optional(),
  order: z.number().int().optional(),
});
/** A type's name as it stands in pipelines. */
const type = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, "expected letters, digits, _ . and -");

const preconfiguredWebhook = z.strictObject({
  enabled: z.boolean().default(true),
  label: z.string(),
  description: z.string().default(""),
  type,
  parameters: z.array(parameter).default([]),
  parameterValues: z.record(z.string(), z.coerce.string()).optional(),
  parameterData: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  permissions: z.record(z.string(), texts).default({}),
  url: z.string().optional(),
  method: z.string().optional(),
  customHeaders: z.record(z.string(), z.union([z.string(), texts])).optional(),
  payload: z.string().optional(),
  failFastStatusCodes: z.array(z.number().int()).optional(),
  waitForCompletion: z.boolean().optional(),
  statusUrlResolution: z.enum(["getMethod", "locationHeader", "webhookResponse"]).optional(),
  statusUrlJsonPath: z.string().optional(),
  statusJsonPath: z.string().optional(),
  progressJsonPath: z.string().optional(),
  successStatuses: z.string().optional(),
  canceledStatuses: z.string().optional(),
  terminalStatuses: z.string().optional(),
  signalCancellation: z.boolean().optional(),
  cancelEndpoint: z.string().optional(),
  cancelMethod: z.string().optional(),
  cancelPayload: z.string().optional(),
});

const preconfiguredJob = z.looseObject({
  enabled: z.boolean().default(true),
  label: z.string(),
  description: z.string().default(""),
  type,
  cloudProvider: z.string().default("script"),
  parameters: z.array(parameter.extend({ mapping: z.string().optional() })).default([]),
  waitForCompletion: z.boolean().default(true),
  producesArtifacts: z.boolean().default(false),
  uiType: z.string().default("BASIC"),
});

const deploymentMonitor = z.strictObject({
  id: z.string().min(1),
  name: z.string().optional(),
  baseUrl: z.string().regex(/^https?:\/\//, "expected http://… or https://…"),
  supportContact: z.string().optional(),
  maxAnalysisMinutes: z.number().positive().default(30),
  failOnError: z.boolean().default(true),
  stable: z.boolean().default(false),
});

/** The settings of stages, under the names of Orca's own configuration where it has some. */
export const stageSettings = {
  webhook: z.strictObject({ preconfigured: z.array(preconfiguredWebhook).default([]) }).default({ preconfigured: [] }),
  /** Orca's `job.preconfigured.kubernetes` and so on; a list under `script` runs here. */
  job: z
    .strictObject({ preconfigured: z.record(z.string(), z.array(preconfiguredJob)).default({}) })
    .default({ preconfigured: {} }),
  monitoredDeploy: z
    .strictObject({ deploymentMonitors: z.array(deploymentMonitor).default([]) })
    .default({ deploymentMonitors: [] }),
  /** Orca's `tasks.evaluate-condition`: what holds deploys to clusters, and stages of the type waitForCondition. */
  waitForCondition: z
    .strictObject({
      /** Lets everything go that waits. */
      skipWait: z.boolean().default(false),
      /** Names of clusters that the conditions below hold. */
      clusters: texts.default([]),
      activeConditions: texts.default([]),
      /** How long a stage that is written with the status WAITING waits at least. */
      backoffWaitMs: z.number().int().min(0).default(300_000),
      waitTimeoutMs: z
        .number()
        .int()
        .positive()
        .default(7 * 86_400_000),
    })
    .prefault({}),
  /** Scripts run on the server's own machine, so they are off until somebody turns them on. */
  script: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Names of interpreters and where they are: `{sh: [/bin/sh]}`. */
      interpreters: z.record(z.string(), z.array(z.string().min(1)).min(1)).default({ sh: ["/bin/sh"] }),
      /** Programs that an argument array may begin with, as absolute paths; none: interpreters only. */
      commands: z.array(z.string().startsWith("/", "expected an absolute path")).default([]),
      timeoutMinutes: z.number().positive().max(1440).default(60),
      outputBytes: z.number().int().min(1024).max(104_857_600).default(1_048_576),
      memoryBytes: z.number().int().min(16_777_216).default(536_870_912),
      cpuSeconds: z.number().int().min(1).default(3600),
      processes: z.number().int().min(1).default(256),
      /** `off`: no network but loopback, where the machine can do that; otherwise scripts are refused. */
      network: z.enum(["on", "off"]).default("off"),
      /** As root, whom scripts run as; the default is a user id of the data directory's own. */
      user: z.strictObject({ uid: z.number().int().min(1), gid: z.number().int().min(1) }).optional(),
      /** Variables that every script sees. */
      env: z.record(z.string(), z.string()).default({ PATH: "/usr/local/bin:/usr/bin:/bin" }),
    })
    .prefault({}),
};

export type StageSettings = { [K in keyof typeof stageSettings]: z.output<(typeof stageSettings)[K]> };
export type PreconfiguredWebhook = StageSettings["webhook"]["preconfigured"][number];
export type PreconfiguredJob = StageSettings["job"]["preconfigured"][string][number];
export type DeploymentMonitor = StageSettings["monitoredDeploy"]["deploymentMonitors"][number];
export type ScriptSettings = StageSettings["script"];

/** What holds where nothing is configured. */
export function defaultStageSettings(): StageSettings {
  return z.object(stageSettings).parse({});
}
