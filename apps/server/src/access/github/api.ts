export { createGithubTeams } from "./create-github-teams.ts";
