import { flag } from "../../../command.ts";

/** Where a running Spinnaker's Gate is, and how to log in to it. */
export const gateFlags = {
  gate: flag.text("Address of a running Spinnaker's Gate", "URL"),
  header: flag.texts("Sent to Gate, may be given several times (a value from the environment: $NAME)", "NAME: VALUE"),
  tokenEnv: flag.text("Environment variable whose value is sent to Gate as a bearer token", "NAME"),
  cookieFile: flag.text("Cookies for Gate: Netscape's format, or the Cookie header's text", "FILE"),
};
