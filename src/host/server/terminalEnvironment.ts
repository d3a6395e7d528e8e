import { l10n, workspace, type EnvironmentVariableCollection, type GlobalEnvironmentVariableCollection } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { Disposables } from '../disposables';
import type { TrackingServer } from './trackingServer';
import type { TrackingServers } from './trackingServers';

const URI = 'MLFLOW_TRACKING_URI';
const TOKEN = 'MLFLOW_TRACKING_TOKEN';

/**
 * Tells every new terminal and task where the server of its folder listens. Nothing of it is kept for the next window: an address
 * where nobody listens lets a script wait for minutes, while without one it logs into files.
 */
export class TerminalEnvironment implements Disposable {
  private readonly held = new Disposables();
  /** What was said for each place, to leave alone what stays the same: terminals ask to be started anew when it changes. */
  private readonly said = new Map<string, string>();
  /** Which places there were then. */
  private places = '';

  constructor(
    private readonly collection: GlobalEnvironmentVariableCollection,
    private readonly servers: TrackingServers,
  ) {
    collection.persistent = false;
    this.held.add(servers.onDidChange(() => this.tell()));
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.tell()));
  }

  private tell(): void {
    const [only, ...more] = this.servers.all;
    const several = more.length > 0 || (workspace.workspaceFolders ?? []).length > 1;
    const places = JSON.stringify([several, ...this.servers.all.map(({ store }) => store.folder.uri.toString())]);
    if (places !== this.places) {
      // This clears what was said for each folder, too; all is said anew.
      if (this.said.size > 0) this.collection.clear();
      this.said.clear();
      this.places = places;
    }
    this.say('', this.collection, several ? undefined : only);
    if (!several) return;
    for (const server of this.servers.all) {
      const { folder } = server.store;
      this.say(folder.uri.toString(), this.collection.getScoped({ workspaceFolder: folder }), server);
    }
  }

  private say(place: string, collection: EnvironmentVariableCollection, server: TrackingServer | undefined): void {
    const state = server?.state ?? { kind: 'off' };
    // It comes back at the same address.
    if (state.kind === 'starting' && this.said.has(place)) return;
    const text = state.kind === 'on' ? JSON.stringify([state.url, state.token]) : '';
    if ((this.said.get(place) ?? '') === text) return;
    this.said.set(place, text);
    // Cleared, the whole would take along what was said for each folder, and a folder's part what another said that once stood in its place.
    collection.delete(URI);
    collection.delete(TOKEN);
    if (state.kind !== 'on') {
      collection.description = undefined;
      return;
    }
    collection.description = l10n.t('MLflow clients log to the tracking server of this workspace at {0}.', state.url);
    collection.replace(URI, state.url);
    if (state.token !== undefined) collection.replace(TOKEN, state.token);
  }

  dispose(): void {
    this.held.dispose();
    this.collection.clear();
  }
}
