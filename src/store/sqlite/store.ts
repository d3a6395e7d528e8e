import type { ArtifactTree, Artifacts, Engine, Experiments, Feed, LoggedModels, Metrics, Registry, Runs, StoreInfo } from '../engine';
import { FileArtifacts } from './artifacts';
import { FileArtifactTree } from './artifactTree';
import { SqliteExperiments } from './experiments';
import { SqliteFeed } from './feed';
import { SqliteLoggedModels } from './loggedModels';
import { SqliteMetrics } from './metrics';
import { type OpenedDatabase, openDatabase } from './openDatabase';
import { SqliteRegistry } from './registry';
import { SqliteRuns } from './runs';
import { StoreFolder } from './storeFolder';
import { StoreWatch } from './storeWatch';

export interface OpenOptions {
  /** Whether a store that isn't there is made; true unless said otherwise. */
  readonly create?: boolean;
  readonly readOnly?: boolean;
  /** A folder for artifacts instead of the store's own; nothing in the store remembers it. */
  readonly artifacts?: string;
  /** How long a write waits for other processes, in milliseconds; 10,000 unless said otherwise. */
  readonly busyTimeout?: number;
  readonly log?: (line: string) => void;
}

/** Opens the store in a `.tracking` folder. Rejects with a TrackingError that says what is wrong with it and what to do. */
export async function openStore(folder: string, options: OpenOptions = {}): Promise<Engine> {
  const place = new StoreFolder(folder, options.artifacts);
  return new SqliteEngine(openDatabase(place, options), place, options.log);
}

class SqliteEngine implements Engine {
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  readonly artifactTree: ArtifactTree;
  readonly loggedModels: LoggedModels;
  readonly registry: Registry;
  readonly feed: Feed;
  readonly info: StoreInfo;
  private readonly watch: StoreWatch;

  constructor(
    private readonly opened: OpenedDatabase,
    folder: StoreFolder,
    log: (line: string) => void = () => undefined,
  ) {
    const { database, journal, warnings } = opened;
    // Another machine's writes on a network file system come without a notice.
    this.watch = new StoreWatch(database, log, journal.mode === 'DELETE' || process.platform === 'win32');
    this.experiments = new SqliteExperiments(database, folder);
    this.runs = new SqliteRuns(database, folder);
    this.metrics = new SqliteMetrics(database);
    this.artifacts = new FileArtifacts(database, folder);
    this.artifactTree = new FileArtifactTree(database, folder);
    this.loggedModels = new SqliteLoggedModels(database, folder);
    this.registry = new SqliteRegistry(database, folder);
    this.feed = new SqliteFeed(database, this.watch);
    this.info = {
      location: folder.path,
      artifactRoot: folder.uri(folder.artifacts),
      keepsIds: true,
      readOnly: database.readOnlyReason !== undefined,
      warnings,
    };
    for (const warning of warnings) log(warning);
  }

  async close(): Promise<void> {
    this.watch.dispose();
    this.opened.database.close();
  }
}
