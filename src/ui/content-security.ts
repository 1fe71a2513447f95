/** The content security policy of a page: nothing but our own style sheet and images, the scripts given, and, when asked for, our own script files. */
export async function contentSecurityPolicy(
  inlineScripts: readonly string[],
  scriptFiles: 'none' | 'own',
): Promise<string> {
  const hashes = await Promise.all(inlineScripts.map(async (script) => `'sha256-${await sha256(script)}'`));
  const scripts = scriptFiles === 'own' ? ["'self'", ...hashes] : hashes;
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    // No script of ours asks for anything: what examines a page reads robots.txt by the page's own policy.
    "connect-src 'self'",
    `script-src ${scripts.length > 0 ? scripts.join(' ') : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
