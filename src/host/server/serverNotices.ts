import { commands, l10n, Uri, window, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/errors';
import { Disposables } from '../disposables';
import { withoutLinks } from '../notices';
import { ServedElsewhere } from './foundServer';
import { PortTaken } from './serverStart';
import type { TrackingServer } from './trackingServer';
import type { TrackingServers } from './trackingServers';

/** Tells a person about servers that could not be started, or that keep dying, with what to do about it. */
export class ServerNotices implements Disposable {
  private readonly held = new Disposables();

  constructor(
    private readonly servers: TrackingServers,
    private readonly log: LogOutputChannel,
  ) {
    this.held.add(servers.onDidFail(({ server, error }) => this.failed(server, error)));
    this.held.add(servers.onDidBegin((server) => server.onDidGiveUp((reason) => this.gaveUp(server, reason))));
  }

  /** Does not wait for the person. */
  failed(server: TrackingServer, error: unknown): void {
    this.log.error(`Server of ${server.store.location}: ${messageOf(error)}`);
    if (error instanceof PortTaken) this.offerPort(server, error);
    else if (error instanceof ServedElsewhere) this.offerAnyway(server, error);
    else this.tell(server, l10n.t('The tracking server could not be started: {0}', messageOf(error)), l10n.t('Try Again'));
  }

  private gaveUp(server: TrackingServer, reason: string): void {
    this.log.error(`Server of ${server.store.location}: given up: ${reason}`);
    this.tell(server, l10n.t('The tracking server has died and could not be started again: {0}', reason), l10n.t('Start Server'));
  }

  private offerPort(server: TrackingServer, { port, owner, suggestion }: PortTaken): void {
    const instead = suggestion === 0 ? l10n.t('Use a Free Port') : l10n.t('Use Port {0}', suggestion);
    const change = l10n.t('Change Setting');
    const who = owner ?? l10n.t('another program');
    const text = l10n.t('Port {0} is taken by {1}. The tracking server needs another one.', port, who);
    void window.showWarningMessage(withoutLinks(text), instead, change).then((choice) => {
      if (choice === instead) return this.again(server, () => this.servers.startInstead(server, suggestion));
      if (choice === change) return commands.executeCommand('workbench.action.openSettings', 'mlTracking.server.port');
      return undefined;
    });
  }

  private offerAnyway(server: TrackingServer, { message }: ServedElsewhere): void {
    const anyway = l10n.t('Start Anyway');
    void window
      .showWarningMessage(withoutLinks(l10n.t('{0} Start another one only if that is not so any more.', message)), anyway)
      .then((choice) => (choice === anyway ? this.again(server, () => this.servers.startAnyway(server)) : undefined));
  }

  private tell(server: TrackingServer, text: string, again: string): void {
    const showLog = l10n.t('Show Server Log');
    void window.showErrorMessage(withoutLinks(text), again, showLog).then((choice) => {
      if (choice === again) return this.again(server, () => this.servers.start(server));
      if (choice === showLog) return this.showLog(server);
      return undefined;
    });
  }

  /** What the server itself has written; before it has, what was tried to start it. */
  async showLog(server: TrackingServer): Promise<void> {
    await window.showTextDocument(Uri.file(server.logFile.path), { preview: true }).then(undefined, () => this.log.show(true));
  }

  private async again(server: TrackingServer, start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      this.failed(server, error);
    }
  }

  dispose(): void {
    this.held.dispose();
  }
}
