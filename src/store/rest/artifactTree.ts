import type { ReadableStream } from 'node:stream/web';
import type { Artifact } from '../../core/run';
import { normalizeArtifactPath } from '../artifactPath';
import type { ArtifactTree, ByteRange, OpenedArtifact } from '../engine';
import type { ArtifactWire } from './artifactWire';
import type { Places } from './places';
import { withSpooled } from './spool';

export class RestArtifactTree implements ArtifactTree {
  constructor(
    private readonly wire: ArtifactWire,
    private readonly places: Places,
  ) {}

  async list(path: string): Promise<readonly Artifact[]> {
    const normal = normalizeArtifactPath(path);
    return this.wire.list(await this.places.ofTree(normal), normal);
  }

  async open(path: string, range?: ByteRange): Promise<OpenedArtifact> {
    const normal = normalizeArtifactPath(path);
    return this.wire.open(await this.places.ofTree(normal), normal, range);
  }

  async write(path: string, content: ReadableStream<Uint8Array>): Promise<void> {
    try {
      const normal = normalizeArtifactPath(path);
      const place = await this.places.ofTree(normal);
      await withSpooled(content, (payload) => this.wire.write(place, normal, payload));
    } catch (error) {
      // Whoever sends must not wait for a reader that has gone.
      if (!content.locked) await content.cancel().catch(() => undefined);
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    const normal = normalizeArtifactPath(path);
    await this.wire.remove(await this.places.ofTree(normal), normal);
  }
}
