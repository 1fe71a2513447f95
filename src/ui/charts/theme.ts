/** The page's colours and type, read from its style sheet, because a canvas inherits nothing. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly rule: string;
  readonly accent: string;
  readonly fontFamily: string;
}

/** The size of every text on a chart, in pixels. */
export const textSize = 12;

export function readTheme(element: Element): Theme {
  // A token says what it is in both schemes; as the colour of something it is what it is in this one.
  const probe = element.appendChild(document.createElement('span'));
  const token = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    paper: token('--paper'),
    ink: token('--ink'),
    ink2: token('--ink-2'),
    ink3: token('--ink-3'),
    rule: token('--rule'),
    accent: token('--accent'),
    fontFamily: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return theme;
}

/** Calls back when the colours may have changed: another colour scheme of the system or the visitor's, or print. */
export function watchTheme(onChange: () => void, signal: AbortSignal): void {
  for (const query of ['(prefers-color-scheme: dark)', 'print']) {
    matchMedia(query).addEventListener('change', onChange, { signal });
  }
  document.addEventListener('color-scheme', onChange, { signal });
}
