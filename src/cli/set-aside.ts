import type { BrokenFile } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import { type Progress, printable } from './progress.ts';

/** The files that a command could not read and set aside. */
export interface SetAside {
  /** Told once a file, on the progress. */
  readonly onBroken: (file: BrokenFile) => void;
  files(): BrokenFile[];
}

/** Gathers the files that are set aside. */
export function gatherSetAside(progress: Progress | undefined): SetAside {
  const broken = new Map<string, BrokenFile>();
  return {
    onBroken(file) {
      if (!broken.has(file.file))
        progress?.line(`set aside ${printable(`${shownPath(file.file)}: ${file.message}`)}`);
      broken.set(file.file, file);
    },
    files: () => [...broken.values()],
  };
}
