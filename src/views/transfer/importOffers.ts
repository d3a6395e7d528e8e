import { EventEmitter, workspace, type Event, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { TrackingError } from '../../core/errors';
import type { ContextKeys } from '../../host/contextKeys';
import { Debounce } from '../../host/debounce';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { FolderStore } from '../../host/folderStore';
import type { Stores } from '../../host/stores';
import type { TransferProgram } from '../../host/transfer/transferProgram';
import { findImports, mayHoldImports, type FoundImport } from './foundImports';

const DISMISSED = 'import.dismissed';
/** Nobody waits for it while the window starts, in milliseconds. */
const PAUSE = 500;

/** What MLflow has recorded in the workspace and nobody has imported yet: offered in the Runs view until it is, or dismissed. */
export class ImportOffers implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly looking: Debounce;
  private readonly ending = new AbortController();
  private offers: ReadonlyMap<string, readonly FoundImport[]> = new Map();

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    private readonly stores: Stores,
    private readonly program: TransferProgram,
    private readonly memory: Memento,
    private readonly context: ContextKeys,
    private readonly failures: Failures,
  ) {
    this.looking = this.held.add(
      new Debounce(
        PAUSE,
        () => this.doLook(),
        (error) => failures.note('Looking for runs to import', error),
      ),
    );
    this.held.add(workspace.onDidGrantWorkspaceTrust(() => this.look()));
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.look()));
    this.look();
  }

  /** Looks again, a moment later. */
  look(): void {
    this.looking.request();
  }

  of(location: string): readonly FoundImport[] {
    return this.offers.get(location) ?? [];
  }

  async dismiss(path: string): Promise<void> {
    await this.memory.update(DISMISSED, [...new Set([...this.dismissed, path])]);
    this.keep(new Map([...this.offers].map(([location, found]) => [location, found.filter((one) => one.path !== path)])));
  }

  private get dismissed(): readonly string[] {
    return this.memory.get<readonly string[]>(DISMISSED, []);
  }

  private async doLook(): Promise<void> {
    const offers = new Map<string, readonly FoundImport[]>();
    // Looking runs a program; where MLflow's files don't stand in their usual place it isn't even started.
    for (const store of workspace.isTrusted ? this.stores.all : []) {
      if (!mayHoldImports(store)) continue;
      try {
        offers.set(store.location, await this.openOffers(store));
      } catch (error) {
        // One folder's store that can't be read keeps nothing from the others.
        if (!this.ending.signal.aborted) this.failures.note(`Looking for runs to import into ${store.location}`, error);
      }
    }
    if (!this.ending.signal.aborted) this.keep(offers);
  }

  private async openOffers(store: FolderStore): Promise<readonly FoundImport[]> {
    const found = await findImports(this.program, store, this.ending.signal);
    const open: FoundImport[] = [];
    for (const one of found) if (!this.dismissed.includes(one.path) && !(await isImported(store, one))) open.push(one);
    return open;
  }

  private keep(offers: ReadonlyMap<string, readonly FoundImport[]>): void {
    this.offers = offers;
    this.context.set(
      'mlTracking.importOffered',
      [...offers.values()].some((found) => found.length > 0),
    );
    this.changed.fire();
  }

  dispose(): void {
    this.ending.abort();
    this.held.dispose();
  }
}

/** Imported runs keep their ids: where some are there, an import has been made, and whoever made it knows how to make it again. */
async function isImported(store: FolderStore, { sampleRunIds }: FoundImport): Promise<boolean> {
  await store.want();
  const { engine } = store;
  if (!engine) return false;
  for (const runId of sampleRunIds) {
    try {
      await engine.runs.get(runId);
      return true;
    } catch (error) {
      if (!(error instanceof TrackingError) || !['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'].includes(error.code)) throw error;
    }
  }
  return false;
}
