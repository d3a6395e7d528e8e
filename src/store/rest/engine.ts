import type { ArtifactTree, Artifacts, Engine, Experiments, Feed, LoggedModels, Metrics, Registry, Runs, StoreInfo } from '../engine';
import { parseAddress } from './address';
import { Api } from './api';
import { ArtifactWire } from './artifactWire';
import { RestArtifactTree } from './artifactTree';
import { RestArtifacts } from './artifacts';
import { RestExperiments } from './experiments';
import { RestFeed } from './feed';
import { Histories } from './histories';
import { HttpClient } from './http';
import { Journal } from './journal';
import { RestLoggedModels } from './loggedModels';
import { RestMetrics } from './metrics';
import type { RemoteOptions } from './options';
import { PROXIED, Places } from './places';
import { Poll } from './poll';
import { type Found, probe, warningsOf } from './probe';
import { RestRegistry } from './registry';
import { RestRuns } from './runs';

export type { RemoteOptions };

const POLL_INTERVAL = 1_500;

/** Opens a remote MLflow server; rejects with one line that says why it can't be used and what to do. */
export async function openRemote(options: RemoteOptions): Promise<Engine> {
  const http = new HttpClient(options);
  try {
    return new RestEngine(http, options, await probe(http));
  } catch (error) {
    await http.close();
    throw error;
  }
}

class RestEngine implements Engine {
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  readonly artifactTree: ArtifactTree;
  readonly loggedModels: LoggedModels;
  readonly registry: Registry;
  readonly feed: Feed;
  readonly info: StoreInfo;
  private readonly journal = new Journal();
  private readonly poll: Poll;

  constructor(
    private readonly http: HttpClient,
    options: RemoteOptions,
    found: Found,
  ) {
    const log = options.log ?? (() => undefined);
    const api = new Api(http);
    const { journal } = this;
    const histories = new Histories(api, journal);
    this.experiments = new RestExperiments(api, journal);
    this.runs = new RestRuns(api, journal, histories);
    this.metrics = new RestMetrics(histories);
    this.loggedModels = new RestLoggedModels(api, journal);
    this.registry = new RestRegistry(api, journal);
    const address = parseAddress(options.uri);
    const places = new Places(address, this);
    const wire = new ArtifactWire(api);
    this.artifacts = new RestArtifacts(wire, places, address.isLoopback);
    this.artifactTree = new RestArtifactTree(wire, places);
    this.poll = new Poll(this, journal, histories, options.pollInterval ?? POLL_INTERVAL, log);
    this.feed = new RestFeed(journal, this.poll, histories);
    this.info = {
      location: http.base,
      artifactRoot: PROXIED,
      keepsIds: false,
      readOnly: false,
      warnings: warningsOf(http.base, found),
    };
    for (const warning of this.info.warnings) log(warning);
  }

  async close(): Promise<void> {
    this.poll.dispose();
    this.journal.dispose();
    await this.http.close();
  }
}
