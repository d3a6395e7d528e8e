/**
 * A remote's URL as it may be shown and kept: without a password, and over HTTP without a user either, because tokens
 * are given as user names there. `git@host:path`, `ssh://git@host` and local paths keep what they need to work.
 */
export function withoutSecrets(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@(.*)$/is.exec(url);
  if (!match) return url;
  const [, scheme = '', user = '', rest = ''] = match;
  if (/^https?:/i.test(scheme)) return scheme + rest;
  const name = user.split(':', 1)[0] ?? '';
  return name === '' ? scheme + rest : `${scheme}${name}@${rest}`;
}

/** The same for every URL in a text that git printed. */
export function withoutSecretsIn(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"]+@[^\s'"]+/gi, withoutSecrets);
}
