import type { StatusFile } from '../model/status-file.ts';
import { onceOf } from './once.ts';

/** The part of a file that may stand in lists: what tells of the whole site is made from it, and only what is about one service or library from all. */
export const listedPart = onceOf((status): StatusFile => {
  const listed = <One extends { readonly isListed: boolean }>(all: readonly One[]) =>
    all.filter(({ isListed }) => isListed);
  return {
    ...status,
    services: listed(status.services),
    libraries: listed(status.libraries),
    incidents: listed(status.incidents),
    maintenances: listed(status.maintenances),
  };
});
