import { l10n, window } from 'vscode';
import { isOpenToEavesdroppers, type Credentials, type Remote } from './remote';

/** Asks a person how to sign in to a server; undefined when they go away. */
export async function askCredentials({ name, uri }: Pick<Remote, 'name' | 'uri'>, refused: boolean): Promise<Credentials | undefined> {
  const title = l10n.t('Sign In to {0}', name);
  const ways = [
    { label: l10n.t('$(account) User Name and Password'), description: l10n.t('basic authentication'), byToken: false },
    { label: l10n.t('$(key) Token'), description: l10n.t('a bearer token'), byToken: true },
  ];
  const placeHolder = refused ? l10n.t('The server did not accept that') : l10n.t('The server wants to know who asks');
  const way = await window.showQuickPick(ways, { title, placeHolder, ignoreFocusOut: true });
  if (!way) return undefined;
  const warning = isOpenToEavesdroppers(uri) ? l10n.t('Over http:// others can read it on the way. ') : '';
  const ask = (what: string, password: boolean): Thenable<string | undefined> =>
    window.showInputBox({
      title,
      prompt: password ? l10n.t('{0}{1}, kept by the operating system for {2} only', warning, what, new URL(uri).host) : what,
      password,
      ignoreFocusOut: true,
      validateInput: (text) => (text === '' ? l10n.t('This must not be empty.') : undefined),
    });
  if (way.byToken) {
    const token = await ask(l10n.t('Token'), true);
    return token === undefined ? undefined : { token: token.trim() };
  }
  const username = await ask(l10n.t('User name'), false);
  if (username === undefined) return undefined;
  const password = await ask(l10n.t('Password'), true);
  return password === undefined ? undefined : { username, password };
}
