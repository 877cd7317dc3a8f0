/** `app`, `app-stack`, `app-stack-detail` or `app--detail`: Frigga's cluster names, as Spinnaker builds them. */
export function clusterNameOf(application: string, stack: string | undefined, detail: string | undefined): string {
  if (detail !== undefined && detail !== "") return `${application}-${stack ?? ""}-${detail}`;
  return stack !== undefined && stack !== "" ? `${application}-${stack}` : application;
}

/** The cluster in a server group's name: the name without its `-vNNN`. */
export function clusterOf(serverGroup: string): string {
  return serverGroup.replace(/-v\d{3,}$/, "");
}
