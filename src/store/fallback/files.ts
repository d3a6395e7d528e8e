import type { ReadableStream } from 'node:stream/web';
import type { Artifact } from '../../core/run';
import type { ArtifactTree, Artifacts, ByteRange, OpenedArtifact } from '../engine';
import type { Switchover } from './switchover';

export class FallbackArtifacts implements Artifacts {
  constructor(private readonly stores: Switchover) {}

  list(runId: string, path?: string): Promise<readonly Artifact[]> {
    return this.both(runId, (artifacts, id) => artifacts.list(id, path));
  }

  read(runId: string, path: string): Promise<Uint8Array> {
    return this.both(runId, (artifacts, id) => artifacts.read(id, path));
  }

  write(runId: string, path: string, content: Uint8Array | string): Promise<void> {
    return this.both(runId, async (artifacts, id) => {
      await artifacts.write(id, path, content);
      if (artifacts === this.stores.remote.artifacts) this.stores.ledger.seeFile(runId, path, content);
    });
  }

  upload(runId: string, localPath: string, path?: string): Promise<void> {
    return this.both(runId, (artifacts, id) => artifacts.upload(id, localPath, path));
  }

  localPath(runId: string, path: string): Promise<string | undefined> {
    return this.both(runId, (artifacts, id) => artifacts.localPath(id, path));
  }

  private both<T>(runId: string, action: (artifacts: Artifacts, runId: string) => Promise<T>): Promise<T> {
    return this.stores.attempt(
      ({ artifacts }) => action(artifacts, runId),
      async ({ artifacts }) => action(artifacts, await this.stores.run(runId)),
    );
  }
}

export class FallbackArtifactTree implements ArtifactTree {
  constructor(private readonly stores: Switchover) {}

  list(path: string): Promise<readonly Artifact[]> {
    return this.stores.current.artifactTree.list(path);
  }

  open(path: string, range?: ByteRange): Promise<OpenedArtifact> {
    return this.stores.current.artifactTree.open(path, range);
  }

  /** A stream that has gone to a lost server is gone. What belongs to a model of the server lies under its run as well. */
  async write(path: string, content: ReadableStream<Uint8Array>): Promise<void> {
    const modelId = /^[^/]+\/models\/(m-[^/]+)\/artifacts\//.exec(path)?.[1];
    if (modelId === undefined || !this.stores.ledger.models.has(modelId)) return this.stores.current.artifactTree.write(path, content);
    await this.stores.attempt(
      ({ artifactTree }) => artifactTree.write(path, content),
      async () => {
        if (!content.locked) await content.cancel();
      },
    );
  }

  remove(path: string): Promise<void> {
    return this.stores.current.artifactTree.remove(path);
  }
}
