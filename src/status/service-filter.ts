/**
 * Shows the filter box where scripts run, and leaves of the lists below it what holds all words that are typed: the name of a service,
 * what stands below it, its group, a library. Accents and capitals do not count. Groups open while something is typed.
 * A constant, so that its hash can stand in the page's content security policy.
 */
export const serviceFilterScript = `(() => {
  const box = document.getElementById('filter');
  const input = box.querySelector('input');
  const answer = box.querySelector('output');
  const plain = (text) => text.normalize('NFD').replace(/\\p{M}/gu, '').toLowerCase();
  let groups;
  const read = () => [...document.querySelectorAll('[data-filtered]')].map((group) => ({
    group,
    wasOpen: group.open,
    items: [...group.querySelectorAll('li')].map((item) => ({
      item,
      text: plain((group.querySelector('h3')?.textContent ?? '') + ' ' + (item.querySelector('.who') ?? item).textContent),
    })),
  }));
  input.addEventListener('input', () => {
    groups ??= read();
    const words = plain(input.value).split(/\\s+/).filter((word) => word !== '');
    let found = 0;
    for (const { group, wasOpen, items } of groups) {
      let left = 0;
      for (const { item, text } of items) {
        item.hidden = !words.every((word) => text.includes(word));
        if (!item.hidden) left += 1;
      }
      group.hidden = left === 0;
      if ('open' in group) group.open = words.length > 0 || wasOpen;
      found += left;
    }
    const { none, one, other } = answer.dataset;
    answer.value = words.length === 0 ? '' : found === 0 ? none : found === 1 ? one : other.replace('#', found);
    if (words.length === 0) groups = undefined;
  });
  box.hidden = false;
})();`;
