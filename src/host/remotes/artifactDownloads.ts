import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { l10n, ProgressLocation, window } from 'vscode';
import { formatBytes } from '../../core/format';
import type { Artifact } from '../../core/run';
import type { ArtifactHome } from '../artifactHome';
import { withoutLinks } from '../notices';
import { localName } from './localName';

/** Downloads are kept so long, in milliseconds. */
const KEPT = 7 * 24 * 3_600_000;
/** In bytes. */
const SMALL = 1024 * 1024;

/** Files of servers, brought here to be looked at: read-only copies in a folder of the extension's own. */
export class ArtifactDownloads {
  constructor(private readonly folder: string) {}

  /**
   * The copy's path; undefined when the person stops it. Always read anew: what a run leaves may still grow.
   * `server` is the URL that the file comes from.
   */
  async fileOf(server: string, home: ArtifactHome, artifact: Artifact): Promise<string | undefined> {
    const path = join(this.folder, placeOf(server), placeOf(home.id), placeOf(dirname(artifact.path)), localName(artifact.path));
    const half = `${path}.${randomUUID()}`;
    const abort = new AbortController();
    const size = artifact.size === undefined ? '' : ` (${formatBytes(artifact.size)})`;
    const title = withoutLinks(l10n.t('Downloading {0}', artifact.path) + size);
    // What is here in a moment needs no notification.
    const location = (artifact.size ?? Infinity) > SMALL ? ProgressLocation.Notification : ProgressLocation.Window;
    return window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
      token.onCancellationRequested(() => abort.abort());
      try {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await home.content(artifact.path), createWriteStream(half), { signal: abort.signal });
        // It is a copy: what somebody writes into it would come to nobody.
        await chmod(half, 0o444);
        await rm(path, { force: true });
        await rename(half, path);
        return path;
      } catch (error) {
        await rm(half, { force: true });
        if (abort.signal.aborted) return undefined;
        throw error;
      }
    });
  }

  /** Removes what was looked at long ago. */
  async tidy(now = Date.now()): Promise<void> {
    for (const server of await namesIn(this.folder))
      for (const run of await namesIn(join(this.folder, server))) {
        const path = join(this.folder, server, run);
        if (now - (await stat(path)).mtimeMs > KEPT) await rm(path, { recursive: true, force: true, maxRetries: 3 });
      }
  }
}

/** A short folder name for anything. */
function placeOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
