import { RecentMap } from './recentMap';
import type { LoggedModels, Runs } from '../engine';
import { normalizeArtifactPath } from '../artifactPath';
import { type RemoteAddress, decoded } from './address';

/** The URI of the tree that a server keeps itself. */
export const PROXIED = 'mlflow-artifacts:';

/** Where files are reached: through the server's own tree, or as those of a run or a model that lie somewhere else. */
export type Place =
  | { readonly kind: 'tree'; readonly path: string }
  | { readonly kind: 'run'; readonly runId: string; readonly path: string; readonly uri: string }
  | { readonly kind: 'model'; readonly modelId: string; readonly path: string; readonly uri: string };

const MOST_KEPT = 2_000;

/** Finds where the artifacts of runs and models are, which never changes. */
export class Places {
  private readonly runs = new RecentMap<string>(MOST_KEPT);
  private readonly models = new RecentMap<string>(MOST_KEPT);

  constructor(
    private readonly address: Pick<RemoteAddress, 'origin' | 'prefix'>,
    private readonly engine: { readonly runs: Pick<Runs, 'get'>; readonly loggedModels: Pick<LoggedModels, 'get'> },
  ) {}

  /** A path under a run's artifacts. */
  async ofRun(runId: string, path: string): Promise<Place> {
    const uri = await this.runUri(runId);
    return this.proxied(uri, path) ?? { kind: 'run', runId, path, uri };
  }

  /** A path of the tree: one that begins with a run or a model leads to wherever that keeps its files. */
  async ofTree(path: string): Promise<Place> {
    const model = /^[^/]+\/models\/(m-[^/]+)\/artifacts(?:\/(.+))?$/s.exec(path);
    if (model) {
      const [, modelId = '', inner = ''] = model;
      const uri = await this.modelUri(modelId);
      return this.proxied(uri, inner) ?? { kind: 'model', modelId, path: inner, uri };
    }
    const run = /^[^/]+\/([0-9a-f]{32})\/artifacts(?:\/(.+))?$/s.exec(path);
    if (!run) return { kind: 'tree', path };
    const [, runId = '', inner = ''] = run;
    const place = await this.ofRun(runId, inner);
    // One that names another experiment than the run's is somebody else's.
    return place.kind === 'tree' ? { kind: 'tree', path } : place;
  }

  async runUri(runId: string): Promise<string> {
    return this.runs.get(runId) ?? this.runs.set(runId, (await this.engine.runs.get(runId)).artifactUri);
  }

  private async modelUri(modelId: string): Promise<string> {
    return this.models.get(modelId) ?? this.models.set(modelId, (await this.engine.loggedModels.get(modelId)).artifactUri);
  }

  /** Where the server's own tree has a path under a URI; undefined for URIs of other places, also of other servers. */
  private proxied(uri: string, path: string): Place | undefined {
    const [, host, root = ''] = /^mlflow-artifacts:(?:\/\/([^/]*))?\/*(.*)$/s.exec(uri) ?? [];
    const own = /^mlflow-artifacts:/.test(uri) && (!host || host === new URL(this.address.origin).host);
    const direct = `${this.address.origin}${this.address.prefix}/api/2.0/mlflow-artifacts/artifacts/`;
    const inTree = own ? root : uri.startsWith(direct) ? uri.slice(direct.length) : undefined;
    if (inTree === undefined) return undefined;
    const folder = normalizeArtifactPath(decoded(inTree.replace(/\/+$/, '')));
    return { kind: 'tree', path: path === '' ? folder : `${folder}/${path}` };
  }
}
