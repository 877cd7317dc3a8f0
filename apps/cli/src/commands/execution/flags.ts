import { flag } from "../../command.ts";

/** Of every command that follows an execution. */
export const followFlags = { cancelOnInterrupt: flag.yes("Ctrl-C cancels the execution instead of only leaving it") };
export type FollowFlags = { cancelOnInterrupt?: boolean };
