import { commands as vscodeCommands, ConfigurationTarget, env, l10n, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { CommandId } from '../commandIds';
import type { Commands } from '../commands';
import type { Failures } from '../failures';
import { mayExecute } from '../trust';
import { pythonSnippet } from './pythonSnippet';
import type { ServerNotices } from './serverNotices';
import type { ServerState } from './serverState';
import type { TrackingServer } from './trackingServer';
import type { TrackingServers } from './trackingServers';

type Kind = ServerState['kind'];

/** Start, stop, copy the address, look at. */
export class ServerCommands {
  constructor(
    private readonly servers: TrackingServers,
    private readonly notices: ServerNotices,
    private readonly failures: Failures,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.startServer, (target) => this.start(target));
    commands.register(CommandId.stopServer, async (target) => (await this.choose(target, ['on', 'starting', 'failed']))?.stop());
    commands.register(CommandId.copyServerUrl, async (target) => this.copyUrl(await this.choose(target, ['on'])));
    commands.register(CommandId.showServerLog, async (target) => {
      const server = await this.choose(target, ['on', 'starting', 'stopping', 'failed', 'off']);
      if (server) await this.notices.showLog(server);
    });
    commands.register(CommandId.showServer, (target) => this.show(target));
  }

  private async start(target: unknown): Promise<void> {
    if (!(await mayExecute(l10n.t('The tracking server')))) return;
    if (this.servers.all.length === 0) throw new Error(l10n.t('Open a folder first: the runs are kept in it.'));
    const server = await this.choose(target, ['off', 'failed', 'starting']);
    if (!server) return;
    try {
      await this.servers.start(server);
    } catch (error) {
      return this.notices.failed(server, error);
    }
    if (server.state.kind === 'on') this.welcome(server, server.state.url);
  }

  /** Does not wait for the person. */
  private welcome(server: TrackingServer, url: string): void {
    const copy = l10n.t('Copy URL');
    const always = l10n.t('Start Automatically');
    const settings = workspace.getConfiguration('mlTracking', server.store.folder);
    const offered = settings.get('server.autoStart') === true ? [copy] : [copy, always];
    const text = l10n.t('MLflow clients can log to {0}. New terminals know it already.', url);
    void window
      .showInformationMessage(text, ...offered)
      .then(async (choice) => {
        if (choice === copy) await this.copyUrl(server);
        if (choice === always) await settings.update('server.autoStart', true, ConfigurationTarget.Workspace);
      })
      .then(undefined, (error: unknown) => this.failures.show(l10n.t('Start Server'), error));
  }

  private async show(target: unknown): Promise<void> {
    const server = await this.choose(target, ['on', 'starting', 'stopping', 'failed', 'off']);
    if (!server) return;
    const { state, store } = server;
    const choices: (QuickPickItem & { readonly act: () => unknown })[] = [
      ...(state.kind === 'on'
        ? [
            { label: l10n.t('$(copy) Copy URL'), description: state.url, act: () => this.copyUrl(server) },
            {
              label: l10n.t('$(notebook) Copy Python Snippet'),
              description: l10n.t('for notebooks, and terminals outside the editor'),
              act: () => env.clipboard.writeText(pythonSnippet(state)),
            },
          ]
        : []),
      ...(state.kind === 'off' || state.kind === 'failed'
        ? [{ label: l10n.t('$(play) Start Server'), act: () => this.start(server) }]
        : []),
      { label: l10n.t('$(output) Show Server Log'), act: () => this.notices.showLog(server) },
      {
        label: l10n.t('$(settings-gear) Open Settings'),
        act: () => vscodeCommands.executeCommand('workbench.action.openSettings', 'mlTracking.server'),
      },
      ...(state.kind === 'on' ? [{ label: l10n.t('$(debug-stop) Stop Server'), act: () => server.stop() }] : []),
    ];
    const choice = await window.showQuickPick(choices, {
      title: l10n.t('Tracking Server of {0}', store.name),
      placeHolder: state.kind === 'on' ? l10n.t('MLflow clients can log to {0}', state.url) : undefined,
    });
    await choice?.act();
  }

  /** Programs on the server's machine and on the person's own may need different addresses; a person picks where they differ. */
  private async copyUrl(server: TrackingServer | undefined): Promise<void> {
    if (server?.state.kind !== 'on') return;
    const { url } = server.state;
    const outside = env.remoteName === undefined ? url : (await env.asExternalUri(Uri.parse(url))).toString(true).replace(/\/$/, '');
    if (outside === url) return env.clipboard.writeText(url);
    const choice = await window.showQuickPick(
      [
        { label: url, description: l10n.t('for programs where the workspace is'), url },
        { label: outside, description: l10n.t('for programs on your own computer'), url: outside },
      ],
      { title: l10n.t('Copy Which Address?') },
    );
    if (choice) await env.clipboard.writeText(choice.url);
  }

  private noneFits(kinds: readonly Kind[]): string {
    if (this.servers.all.length === 0) return l10n.t('Open a folder first, and trust it: the server serves its runs.');
    return kinds.includes('off') ? l10n.t('The tracking server is on already.') : l10n.t('No tracking server is on: start it first.');
  }

  /** The server that a row or a caller names, else the only one in one of these states, else the one a person picks. */
  private async choose(target: unknown, kinds: readonly Kind[]): Promise<TrackingServer | undefined> {
    const { all } = this.servers;
    const row = typeof target === 'object' && target !== null && 'server' in target ? target.server : undefined;
    const named = all.find((server) => server === target || server === row);
    if (named) return named;
    const fitting = all.filter(({ state }) => kinds.includes(state.kind));
    if (fitting.length === 0) throw new Error(this.noneFits(kinds));
    if (fitting.length === 1) return fitting[0];
    const choice = await window.showQuickPick(
      fitting.map((server) => ({
        label: server.store.name,
        description: server.state.kind === 'on' ? server.state.url : server.store.location,
        server,
      })),
      { title: l10n.t('Which server?') },
    );
    return choice?.server;
  }
}
