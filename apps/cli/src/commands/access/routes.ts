import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";

const load = () => import("./handlers.ts");
const loadLogin = () => import("./login.ts");
const user = argument.required("USER", "The user's name");

export const loginCommand = command({
  brief: "Log in to a server that asks for it",
  about:
    "Shows a code to allow in a browser that is logged in. The token is kept for this server in credentials.json beside " +
    "the configuration; GENNAKER_TOKEN goes before it.",
  examples: ["login", "login --with-token < token.txt"],
  parameters: { flags: { ...serverFlags, withToken: flag.yes("Read an API token from standard input instead") } },
  load: () => loadLogin().then((module) => module.login),
});

export const logoutCommand = command({
  brief: "Forget the login to a server, and revoke its token",
  examples: ["logout"],
  parameters: { flags: serverFlags },
  load: () => loadLogin().then((module) => module.logout),
});

export const accessRoutes = buildRouteMap({
  routes: {
    whoami: command({
      brief: "Show who asks, and which roles that gives",
      examples: ["access whoami"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.whoAmI),
    }),
    explain: command({
      brief: "Tell whether somebody may do something, and why",
      about:
        "VERB is read, write, execute, judge or administer. RESOURCE is KIND/NAME or KIND. Exit code 1: not allowed.",
      examples: ["access explain kim execute application/shop", "access explain me write account/production"],
      parameters: {
        flags: serverFlags,
        positional: {
          kind: "tuple",
          parameters: [
            argument.required("USER", "The user's name, or me"),
            argument.required("VERB", "What would be done"),
            argument.required("RESOURCE", "To what, e.g. application/shop"),
          ],
        },
      },
      load: () => load().then((module) => module.explain),
    }),
    roles: command({
      brief: "List the roles and what they allow",
      examples: ["access roles"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listRoles),
    }),
    "break-glass": command({
      brief: "Take emergency access for a while; everybody is told the reason",
      examples: ['access break-glass "INC-42: the deploy role cannot be reached"'],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [argument.required("REASON", "Why, for the audit")] },
      },
      load: () => load().then((module) => module.breakGlass),
    }),
    "end-break-glass": command({
      brief: "Give emergency access back",
      examples: ["access end-break-glass"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.endBreakGlass),
    }),
    emergency: command({
      brief: "List who has emergency access now, and why",
      examples: ["access emergency"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listEmergency),
    }),
    sessions: command({
      brief: "List open sessions",
      examples: ["access sessions", "access sessions --of kim"],
      parameters: { flags: { ...serverFlags, of: flag.text("Those of somebody else", "USER") } },
      load: () => load().then((module) => module.listSessions),
    }),
    "end-session": command({
      brief: "End a session at once",
      examples: ["access end-session 01JB2M3N4P5Q6R7S8T9V0W1X2Y"],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [argument.required("ID", "The session's id")] },
      },
      load: () => load().then((module) => module.endSession),
    }),
  },
  docs: { brief: "Who may do what, and why" },
});

export const userRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List people and service accounts",
      examples: ["user list"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listUsers),
    }),
    set: command({
      brief: "Create or change a user; what is not named stays",
      examples: ["user set kim --role operator --password < password.txt", "user set ci --service --role automation"],
      parameters: {
        flags: {
          ...serverFlags,
          role: flag.texts("The user's roles (again for more); they replace the ones before", "NAME"),
          service: flag.yes("A service account: a machine, which has no roles but its own"),
          email: flag.text("Mail address", "ADDRESS"),
          password: flag.yes("Read a password from standard input"),
          disable: flag.yes("No login any more"),
          enable: flag.yes("Logins again"),
        },
        positional: { kind: "tuple", parameters: [user] },
      },
      load: () => load().then((module) => module.setUser),
    }),
    delete: command({
      brief: "Delete a user with sessions and tokens",
      examples: ["user delete kim --yes"],
      parameters: {
        flags: { ...serverFlags, yes: flag.yes("Do not ask") },
        positional: { kind: "tuple", parameters: [user] },
      },
      load: () => load().then((module) => module.deleteUser),
    }),
  },
  docs: { brief: "People and service accounts" },
});

export const tokenRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List API tokens, without their secrets",
      examples: ["token list", "token list --of ci"],
      parameters: { flags: { ...serverFlags, of: flag.text("Those of somebody else", "USER") } },
      load: () => load().then((module) => module.listTokens),
    }),
    create: command({
      brief: "Create an API token and print it, once",
      about: "A scope is VERB, VERB:KIND or VERB:KIND/NAME with *. Without one the token may do what its owner may.",
      examples: ["token create ci --for ci --scope execute:application/shop --days 30"],
      parameters: {
        flags: {
          ...serverFlags,
          scope: flag.texts("What it may do at most (again for more)", "SCOPE"),
          for: flag.text("For a service account or somebody else", "USER"),
          days: flag.count("Days until it expires (default 90)"),
        },
        positional: { kind: "tuple", parameters: [argument.required("NAME", "What it is for")] },
      },
      load: () => load().then((module) => module.createToken),
    }),
    revoke: command({
      brief: "Revoke an API token at once",
      examples: ["token revoke 01JB2M3N4P5Q6R7S8T9V0W1X2Y"],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [argument.required("ID", "The token's id")] },
      },
      load: () => load().then((module) => module.revokeToken),
    }),
  },
  docs: { brief: "API tokens" },
});
