import type { Announcements } from '../model/announcement.ts';
import { noAnnouncements } from '../model/announcement.ts';
import type { Fleet } from '../model/fleet.ts';
import type { BrokenFile } from './documents.ts';

/** Reads `data/incidents/*.md` and `data/maintenance/*.md`. A file that cannot be read is told, and costs itself alone. */
export async function readAnnouncements(
  _dataFolder: string,
  _fleet: Fleet,
  _onBroken: (broken: BrokenFile) => void,
): Promise<Announcements> {
  return noAnnouncements;
}
