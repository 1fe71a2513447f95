/**
 * Shows the banner once the page is older than it should ever be, by the visitor's clock; looks again each minute, for pages left open.
 * A constant, so that its hash can stand in the page's content security policy.
 */
export const staleBannerScript = `(() => {
  const banner = document.getElementById('stale');
  const look = () => { banner.hidden = Date.now() < Number(banner.dataset.after) * 1000; };
  look();
  setInterval(look, 60000);
})();`;

/** How many intervals may pass without a new page before it calls itself stale. */
const toleratedIntervals = 3;

/** When a page built at `builtAt_seconds` and renewed every `every_seconds` is stale, in seconds since 1970. */
export function staleAfter(builtAt_seconds: number, every_seconds: number): number {
  return builtAt_seconds + toleratedIntervals * every_seconds;
}
