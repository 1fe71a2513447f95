// Light or dark: what the system says, unless the visitor chose. Both scripts are constants, so that their hashes can stand in the page's content
// security policy.

/** Stands in the head, before anything is painted: nothing flashes. */
export const colorSchemeScript = `(() => {
  try {
    const chosen = localStorage.getItem('color-scheme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.scheme = chosen;
  } catch {}
})();`;

/** Shows the choice where scripts run, and keeps what is chosen on the visitor's machine alone. */
export const colorSchemeChoiceScript = `(() => {
  const choice = document.getElementById('color-scheme');
  const select = choice.querySelector('select');
  const root = document.documentElement;
  select.value = root.dataset.scheme ?? '';
  select.addEventListener('change', () => {
    if (select.value === '') delete root.dataset.scheme;
    else root.dataset.scheme = select.value;
    try {
      if (select.value === '') localStorage.removeItem('color-scheme');
      else localStorage.setItem('color-scheme', select.value);
    } catch {}
    document.dispatchEvent(new Event('color-scheme'));
  });
  choice.hidden = false;
})();`;
