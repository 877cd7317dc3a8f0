import type { PauseState } from "@gennaker/contract/resources/engine.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { show } from "../../output/print.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";

type ScopeFlags = ServerFlags & { application?: string; reason?: string };

export async function showPauses(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const state = await client.call("getEnginePause", {});
  show(context, flags, state, (print) =>
    print.table(
      [{ title: "PAUSED" }, { title: "SINCE" }, { title: "BY", shrinkTo: 6 }, { title: "WHY", shrinkTo: 10 }],
      state.pauses.map((pause) => [
        pause.application ?? "everything",
        ago(pause.pausedAt, Date.now()),
        pause.pausedBy,
        pause.reason ?? "",
      ]),
      "Nothing is paused.",
    ),
  );
}

export async function pauseEngine(context: CliContext, flags: ScopeFlags): Promise<void> {
  const state = await change(context, flags, true);
  const what = flags.application === undefined ? "the engine" : flags.application;
  const again = flags.application === undefined ? "" : ` --application ${flags.application}`;
  show(context, flags, state, (print) =>
    print.text(`Paused ${what}: what runs now ends, nothing further begins.\n  gennaker engine resume${again}\n`),
  );
}

export async function resumeEngine(context: CliContext, flags: ScopeFlags): Promise<void> {
  const state = await change(context, flags, false);
  const what = flags.application === undefined ? "The engine" : flags.application;
  show(context, flags, state, (print) =>
    print.text(
      state.paused
        ? `${what} has no pause of its own any more, but the engine is paused:\n  gennaker engine status\n`
        : `${what} goes on.\n`,
    ),
  );
}

async function change(context: CliContext, flags: ScopeFlags, paused: boolean): Promise<PauseState> {
  const { client } = await connect(context, flags);
  const body = { paused, ...(flags.reason === undefined ? {} : { reason: flags.reason }) };
  if (flags.application === undefined) return client.call("setEnginePause", { body });
  return client.call("setApplicationPause", { params: { application: flags.application }, body });
}
