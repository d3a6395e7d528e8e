import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { messageOf } from '../../core/errors';
import { CommandId } from '../commandIds';
import type { Commands } from '../commands';
import { withoutLinks } from '../notices';
import type { Stores } from '../stores';
import { askCredentials } from './credentialsForm';
import { RemoteConnection, type Connected, type TryRemote } from './remoteConnection';
import { parseRemoteUri, type Remote } from './remote';
import { errorOf, remoteProblem } from './remoteProblem';
import type { Remotes } from './remotes';
import type { ShownStores } from './shownStores';

interface Choice extends QuickPickItem {
  readonly act?: () => Promise<unknown>;
}

/** Which stores are shown, and the servers that can be: add, sign in, forget, remove. */
export class RemoteCommands {
  private readonly connection: RemoteConnection;

  constructor(
    private readonly remotes: Remotes,
    private readonly shown: ShownStores,
    private readonly workspace: Stores,
    open: TryRemote,
  ) {
    this.connection = new RemoteConnection(open);
  }

  register(commands: Commands): void {
    commands.register(CommandId.switchStore, () => this.switch());
    commands.register(CommandId.addRemote, () => this.add());
    commands.register(CommandId.signIn, (row) => this.signIn(row));
    commands.register(CommandId.forgetCredentials, () => this.forget());
    commands.register(CommandId.removeRemote, () => this.remove());
    commands.register(CommandId.retryRemote, (row) => this.retry(row));
  }

  private async switch(): Promise<void> {
    const now = this.shown.remote;
    const current = (here: boolean): string => (here ? l10n.t(' · shown now') : '');
    const folders = this.workspace.all.map(({ name }) => name).join(', ');
    const items: Choice[] = [
      {
        label: l10n.t('$(root-folder) This Workspace'),
        description: `${folders}${current(!now)}`,
        act: () => this.shown.choose(undefined),
      },
      ...(this.remotes.all.length > 0 ? [{ label: l10n.t('Remotes'), kind: QuickPickItemKind.Separator }] : []),
      ...this.remotes.all.map((remote) => ({
        label: `$(server) ${remote.name}`,
        description: `${remote.uri}${sourceOf(remote)}${current(remote.uri === now?.uri)}`,
        act: () => this.shown.choose(remote.uri),
      })),
      { label: '', kind: QuickPickItemKind.Separator },
      { label: l10n.t('$(add) Add Remote…'), act: () => this.add() },
      ...(now ? [{ label: l10n.t('$(key) Sign In to {0}…', now.name), act: () => this.signIn(now) }] : []),
      ...(this.remotes.all.length > 0 ? [{ label: l10n.t('$(trash) Remove Remote…'), act: () => this.remove() }] : []),
    ];
    const choice = await window.showQuickPick(items, {
      title: l10n.t('Show the Runs Of'),
      placeHolder: l10n.t('The workspace, or a tracking server'),
      matchOnDescription: true,
    });
    await choice?.act?.();
  }

  /** @returns the server, once it is on the list. */
  private async add(): Promise<Remote | undefined> {
    const text = await window.showInputBox({
      title: l10n.t('Add Remote (1/2): Address'),
      prompt: l10n.t("An MLflow server's address"),
      placeHolder: 'https://mlflow.example.org',
      ignoreFocusOut: true,
      validateInput: addressProblem,
    });
    if (text === undefined) return undefined;
    const { uri, credentials } = parseRemoteUri(text);
    const host = new URL(uri).host;
    const connected = await this.connection.establish({ name: host, uri, from: 'user' }, credentials);
    if (!connected) return undefined;
    const name = await window.showInputBox({
      title: l10n.t('Add Remote (2/2): Name'),
      prompt: l10n.t('What you call it'),
      value: this.remotes.of(uri)?.name ?? host,
      ignoreFocusOut: true,
    });
    if (name === undefined) return undefined;
    if (connected.credentials) await this.remotes.signIn(uri, connected.credentials);
    await this.remotes.add({ ...connected.remote, name: name.trim() || host });
    await this.shown.choose(uri);
    return this.remotes.of(uri);
  }

  private async signIn(target: unknown): Promise<void> {
    const remote = this.given(target) ?? (await this.pick(l10n.t('Sign In to Which Remote?')));
    if (!remote) return;
    const asked = await askCredentials(remote, false);
    const connected = asked && (await this.connection.establish(remote, asked));
    if (connected) await this.keep(remote, connected);
  }

  /** Asks a server again; where its certificate can't be trusted, a person says first whose word is to be taken for it. */
  private async retry(target: unknown): Promise<void> {
    const remote = this.given(target) ?? this.shown.remote;
    const state = remote && this.shown.at(remote.uri)?.state;
    if (!remote || state?.kind !== 'failed' || remoteProblem(errorOf(state)).kind !== 'certificate') return this.shown.reload();
    const connected = await this.connection.establish(remote);
    if (connected) await this.keep(remote, connected);
  }

  /** Keeps what a server has let us in with. */
  private async keep(remote: Remote, connected: Connected): Promise<void> {
    if (connected.credentials) await this.remotes.signIn(remote.uri, connected.credentials);
    // How a certificate is checked is the person's word, and stands in their own list.
    if (connected.remote !== remote) await this.remotes.add(connected.remote);
    else if (!connected.credentials) await this.shown.reload();
  }

  private async forget(): Promise<void> {
    const remote = await this.pick(l10n.t('Forget the Credentials of Which Remote?'));
    if (!remote) return;
    const known = await this.remotes.forget(remote.uri);
    void window.showInformationMessage(
      withoutLinks(
        known
          ? l10n.t('The credentials of {0} are forgotten on this machine.', remote.name)
          : l10n.t('There are no credentials of {0} on this machine.', remote.name),
      ),
    );
  }

  private async remove(): Promise<void> {
    const remote = await this.pick(l10n.t('Remove Which Remote?'), ({ from }) => from !== 'environment');
    if (!remote) return;
    await this.remotes.remove(remote);
    void window.showInformationMessage(
      withoutLinks(l10n.t('{0} is off the list. Its runs stay where they are, and what you signed in with is forgotten.', remote.name)),
    );
  }

  /** The remote that a command is called with, or whose row is. */
  private given(target: unknown): Remote | undefined {
    if (typeof target !== 'object' || target === null) return undefined;
    const uri = 'uri' in target ? target.uri : 'location' in target ? target.location : undefined;
    return typeof uri === 'string' ? this.remotes.of(uri) : undefined;
  }

  private async pick(title: string, fit: (remote: Remote) => boolean = () => true): Promise<Remote | undefined> {
    const fitting = this.remotes.all.filter(fit);
    if (fitting.length === 0) throw new Error(l10n.t('There is no remote yet: add one with ML Tracking: Add Remote.'));
    const shown = this.shown.remote;
    const items = fitting
      .map((remote) => ({ label: `$(server) ${remote.name}`, description: `${remote.uri}${sourceOf(remote)}`, remote }))
      .sort((a, b) => Number(b.remote.uri === shown?.uri) - Number(a.remote.uri === shown?.uri));
    return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.remote;
  }
}

/** Who names a server, where it isn't the person's own list. */
function sourceOf({ from }: Remote): string {
  if (from === 'environment') return l10n.t(' · from MLFLOW_TRACKING_URI');
  return from === 'workspace' ? l10n.t(' · named by this workspace') : '';
}

function addressProblem(text: string): string | undefined {
  try {
    parseRemoteUri(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
