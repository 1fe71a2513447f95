import type { HostReport, Resource, ServiceReport } from '../model/reports-file.ts';

// The addresses of the internal site.

/** The page of a host. */
export function hostPath(id: HostReport['id']): string {
  return `/hosts/${id}/`;
}

/** The page of a service. */
export function servicePath(id: ServiceReport['id']): string {
  return `/services/${id}/`;
}

/** The page of backups. */
export const backupsPath = '/backups/';

/** The fragment of a service on the page of backups. */
export function backupAnchor(service: ServiceReport['id']): string {
  return `backup-${service}`;
}

/** The fragment of a resource on its host's page. A mount point is hostile text, hence its position instead of its name. */
export function resourceAnchor(host: HostReport, resource: Resource): string {
  return `${resource.kind}-${host.resources.indexOf(resource)}`;
}
