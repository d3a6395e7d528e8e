import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { invalid } from '../core/errors';
import type { LoggedModel } from '../core/model';
import type { Artifact, Run } from '../core/run';
import type { Engine } from '../store/engine';

/** Whose artifacts they are. Paths are relative to the home; its root is ''. */
export interface ArtifactHome {
  /** The run's or the logged model's id. */
  readonly id: string;
  list(path: string): Promise<readonly Artifact[]>;
  /** Where a file lies on this machine; undefined where it isn't. */
  localPath(path: string): Promise<string | undefined>;
  content(path: string): Promise<Readable>;
}

/** What a run has left behind. */
export class RunArtifacts implements ArtifactHome {
  constructor(
    private readonly engine: Engine,
    readonly id: string,
  ) {}

  list(path: string): Promise<readonly Artifact[]> {
    return this.engine.artifacts.list(this.id, path);
  }

  localPath(path: string): Promise<string | undefined> {
    return this.engine.artifacts.localPath(this.id, path);
  }

  /** As a stream where the server hands artifacts out itself, so that a large one is never in memory; else whole. */
  async content(path: string): Promise<Readable> {
    const { artifactUri } = await this.engine.runs.get(this.id);
    const root = `${this.engine.info.artifactRoot}/`;
    if (!artifactUri.startsWith(root)) return Readable.from([await this.engine.artifacts.read(this.id, path)]);
    return Readable.fromWeb((await this.engine.artifactTree.open(`${artifactUri.slice(root.length)}/${path}`)).content);
  }
}

/** The files of a logged model that has a folder of its own, as MLflow 3's clients log them. */
export class ModelArtifacts implements ArtifactHome {
  readonly id: string;
  private readonly folder: string;

  constructor(
    private readonly engine: Engine,
    model: Pick<LoggedModel, 'experimentId' | 'modelId'>,
  ) {
    this.id = model.modelId;
    this.folder = `${model.experimentId}/models/${model.modelId}/artifacts`;
  }

  async list(path: string): Promise<readonly Artifact[]> {
    const found = await this.engine.artifactTree.list(this.inTree(path));
    return found.map((artifact) => ({ ...artifact, path: artifact.path.slice(this.folder.length + 1) }));
  }

  async localPath(path: string): Promise<string | undefined> {
    const { artifactRoot } = this.engine.info;
    if (!/^file:/i.test(artifactRoot)) return undefined;
    const root = join(fileURLToPath(artifactRoot), ...this.folder.split('/'));
    const file = join(root, ...path.split('/'));
    const [realRoot, real] = await Promise.all([root, file].map((place) => realpath(place).catch(absent)));
    if (realRoot === undefined || real === undefined) return undefined;
    const inside = relative(realRoot, real);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw invalid(`Invalid artifact path '${path}': it leads out of the model's files.`);
    return file;
  }

  async content(path: string): Promise<Readable> {
    return Readable.fromWeb((await this.engine.artifactTree.open(this.inTree(path))).content);
  }

  private inTree(path: string): string {
    return path === '' ? this.folder : `${this.folder}/${path}`;
  }
}

/** Whether a model's files are among its run's artifacts. */
export function liesInRun(model: Pick<LoggedModel, 'artifactUri'>, run: Pick<Run, 'artifactUri'>): boolean {
  const root = run.artifactUri.replace(/\/+$/, '');
  return model.artifactUri === root || model.artifactUri.startsWith(`${root}/`);
}

function absent(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  return undefined;
}
