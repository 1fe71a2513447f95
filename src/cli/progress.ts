import { styleText } from 'node:util';

/** Tells people how long work goes on. Written to stderr, so that stdout holds results alone. */
export interface Progress {
  /** One line that stays. */
  line(text: string): void;
  /** The work's present state: replaces the one before on a terminal, and is not written elsewhere. */
  state(text: string): void;
  /** Removes the present state. */
  end(): void;
}

/** Progress on a stream: a terminal gets a moving last line, a file or a pipe only whole lines. */
export function progressOn(stream: NodeJS.WriteStream = process.stderr): Progress {
  let isShown = false;
  const clear = () => {
    if (isShown) stream.write('\r\u001b[2K');
    isShown = false;
  };
  return {
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    state(text) {
      if (!stream.isTTY) return;
      clear();
      stream.write(text.slice(0, Math.max(20, stream.columns - 1)));
      isShown = true;
    },
    end: clear,
  };
}

/** Text in a colour where the stream that it is written to shows colours and NO_COLOR does not forbid it. */
export function paint(
  style: Parameters<typeof styleText>[0],
  text: string,
  stream: NodeJS.WriteStream = process.stderr,
): string {
  return styleText(style, text, { stream, validateStream: true });
}

/** Text that came from elsewhere, on one line and without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
