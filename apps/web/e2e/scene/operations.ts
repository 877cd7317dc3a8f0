import type { DryRun, DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import type { FreezeCalendar, PauseState } from "@gennaker/contract/resources/engine.ts";
import type { ExecutionHistory, HistoryStep } from "@gennaker/contract/resources/history.ts";
import type { ImportReport, ReadinessReport } from "@gennaker/contract/resources/import.ts";
import type { PipelineVersion } from "@gennaker/contract/resources/pipeline-version.ts";
import type { Project } from "@gennaker/contract/resources/project.ts";
import { judgedExecution } from "./executions.ts";
import { at } from "./time.ts";

/** The engine and two applications are paused. */
export const pauses: PauseState = {
  paused: true,
  pauses: [
    { application: null, pausedBy: "mina", reason: "Database upgrade until five", pausedAt: at(-600) },
    { application: "shop", pausedBy: "jiwoo", reason: null, pausedAt: at(-90) },
    { application: "billing", pausedBy: "jiwoo", reason: "Month's end", pausedAt: at(-3_000) },
  ],
};

const calendar = (name: string, more: Partial<FreezeCalendar>): FreezeCalendar => ({
  name,
  application: null,
  timezone: "Asia/Seoul",
  periods: [{ from: "FRIDAY 16:00", to: "MONDAY 08:00" }],
  holds: "stages",
  stageTypes: null,
  reason: "Nobody is in the office.",
  updatedBy: "mina",
  updatedAt: at(-80_000),
  exceptions: [],
  frozenUntil: null,
  ...more,
});

const freezes: FreezeCalendar[] = [
  calendar("Weekend", {}),
  calendar("Year end", {
    application: "shop",
    holds: "starts",
    frozenUntil: at(900_000),
    periods: [
      { from: "2026-12-20T00:00", to: "2027-01-04T00:00" },
      { from: "22:00", to: "06:00" },
    ],
    exceptions: [
      {
        id: "e1",
        what: "execution",
        subject: "01JUDGEDRUN",
        until: at(9_000),
        reason: "Tax table of January",
        madeBy: "mina",
        madeAt: at(-60),
      },
    ],
  }),
];

const step = (number: number, text: string, more: Partial<HistoryStep> = {}): HistoryStep => ({
  number,
  time: at(-60 + number),
  text,
  stage: null,
  task: null,
  before: null,
  after: null,
  ...more,
});
const soak = { id: "stage-1", refId: "1", name: "Soak" };

const history: ExecutionHistory = {
  execution: judgedExecution.id,
  total: 4,
  at: 4,
  steps: [
    step(1, "The run was created with 2 stages.", { after: "NOT_STARTED" }),
    step(2, "The run began.", { before: "NOT_STARTED", after: "RUNNING" }),
    step(3, 'Stage "Soak" began.', { stage: soak, before: "NOT_STARTED", after: "RUNNING" }),
    step(4, 'Task "wait" of stage "Soak" succeeded.', {
      stage: soak,
      task: { id: "1", name: "wait" },
      before: "RUNNING",
      after: "SUCCEEDED",
    }),
  ],
  state: {
    status: "RUNNING",
    startTime: at(-52),
    endTime: null,
    canceled: false,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    failure: null,
    stages: judgedExecution.stages.map(({ context: _context, outputs: _outputs, ...stage }) => stage),
  },
};

const stage = (refId: string, name: string, more: Partial<DryRunStage>): DryRunStage => ({
  refId,
  type: "wait",
  name,
  requires: [],
  runs: "yes",
  calls: ["waits 10 seconds"],
  tasks: ["wait"],
  context: { waitTime: 10 },
  pending: [],
  problems: [],
  notes: [],
  ...more,
});

const dryRun: DryRun = {
  application: "shop",
  name: "Ship",
  valid: false,
  problems: [{ pointer: "/parameters/version", reason: "is required" }],
  trigger: { type: "manual", parameters: { size: "small" } },
  notes: ['The freeze calendar "Weekend" may hold deployments.'],
  stages: [
    stage("1", "Soak", {}),
    stage("2", "Tell the status page", {
      type: "webhook",
      requires: ["1"],
      runs: "pending",
      calls: ["POST http://status.example/${tag} with a payload"],
      pending: [{ pointer: "/url", expression: "http://status.example/${tag}", waitsFor: ["the stage 'Names'"] }],
    }),
    stage("3", "Skipped", { runs: "no", requires: ["2"], notes: ["If it fails, the pipeline goes on."] }),
    stage("4", "Broken", { type: "jenkins", problems: ['There is no stage type "jenkins" here.'], calls: [] }),
  ],
};

const document = { name: "Ship", application: "shop", stages: [] };
const versions: PipelineVersion[] = [
  {
    version: 3,
    savedAt: at(-4_000),
    savedBy: "jiwoo",
    changes: [
      { pointer: "/stages/refId=2/waitTime", before: 10, after: 30 },
      { pointer: "/description", after: "Ships" },
      { pointer: "/triggers", before: [{ type: "cron" }] },
    ],
    document,
  },
  { version: 2, savedAt: at(-8_000), savedBy: "mina", changes: [], document },
  { version: 1, savedAt: at(-90_000), savedBy: "mina", changes: null, document },
];

const project: Project = {
  id: "p1",
  name: "Waterfront",
  email: "harbour@example.org",
  applications: ["shop", "gone"],
  pipelineIds: ["ship"],
  createdAt: at(-90_000),
  updatedAt: at(-400),
  lastModifiedBy: "mina",
  document: { config: { clusters: [{ account: "local", stack: "*", detail: "*" }] } },
};

const readiness: ReadinessReport = {
  pipeline: "ship",
  ready: false,
  findings: [
    { level: "blocks", code: "stage.unsupported", pointer: "/stages/1/type", message: "jenkins does not run here" },
    {
      level: "check",
      code: "c",
      pointer: "",
      message: "schedules are read in UTC here",
      suggestion: "Set `timezone`.",
    },
  ],
};

const imports: ImportReport[] = [
  {
    id: "i1",
    dryRun: true,
    startedAt: at(-70),
    changedAt: at(-69),
    startedBy: "jiwoo",
    counts: { imported: 3, repaired: 1, attention: 2, unchanged: 0, refused: 1 },
  },
];

/** Answers for the pages that steer the engine, look back, try out, group and import. */
export const operations: Record<string, unknown> = {
  "/engine/pause": { paused: false, pauses: [] } satisfies PauseState,
  "/freezes": freezes,
  "/accounts": [{ name: "local", cloudProvider: "hosts", regions: [], reachable: true, reason: "" }],
  "/applications/shop/retention": { application: "shop", source: "server", keepDays: 90, keepLast: 20 },
  [`/executions/${judgedExecution.id}/history`]: history,
  "/applications/shop/pipelines/ship/dry-run": dryRun,
  "/pipelines/ship/versions": versions,
  "/pipelines/ship/readiness": readiness,
  "/pipelines/old/readiness": { pipeline: "old", ready: true, findings: [] },
  "/projects": [project],
  "/projects/Waterfront": project,
  "/imports": imports,
};
