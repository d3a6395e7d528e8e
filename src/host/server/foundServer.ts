import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TrackingError } from '../../core/errors';
import { pidExists } from '../../core/pidExists';
import { SERVER_FILE, readServerFile, serverLiveness, type ServerFile } from '../../store/serverFile';

/** How often is looked whether a process has gone, in milliseconds. */
const LOOK = 50;
/** How long a server may take to finish what is under way, in milliseconds: a little longer than it allows itself. */
const FAREWELL = 125_000;

/** Another machine says that it serves the store. */
export class ServedElsewhere extends TrackingError {
  constructor(
    readonly machine: string,
    url: string,
  ) {
    super('INVALID_STATE', `${machine}, another machine, says that it serves this store at ${url}.`);
  }
}

/** A server that a store's file tells of, and that has not died for all that can be seen from here. */
export class FoundServer {
  private constructor(
    private readonly storeFolder: string,
    readonly file: ServerFile,
  ) {}

  /** Undefined where no server serves the store, as far as can be seen from here. */
  static async of(storeFolder: string): Promise<FoundServer | undefined> {
    const file = await readServerFile(storeFolder);
    return file && (await serverLiveness(file)) !== 'dead' ? new FoundServer(storeFolder, file) : undefined;
  }

  /** Whether the store's file still tells of this one: a server that ends as it should takes its file along. */
  async isAnnounced(): Promise<boolean> {
    const now = await readServerFile(this.storeFolder);
    return now?.pid === this.file.pid && now.startedAt === this.file.startedAt;
  }

  /** Cheap enough to be asked often. */
  async hasGone(): Promise<boolean> {
    // A process that has ended, but that nobody has taken note of, still has its number.
    return process.platform === 'linux' ? (await serverLiveness(this.file)) === 'dead' : !pidExists(this.file.pid);
  }

  /**
   * Whether it is out of sight: on another machine, or in a container of before. What answers at its address here is somebody else.
   * @throws ServedElsewhere where it may well live
   */
  async isOutOfSight(): Promise<boolean> {
    if ((await serverLiveness(this.file)) !== 'unknown') return false;
    if (this.file.machine !== hostname()) throw new ServedElsewhere(this.file.machine, this.file.url);
    return true;
  }

  /** Takes the file of a server away that can't do so itself. */
  async forget(): Promise<void> {
    if (await this.isAnnounced()) await rm(join(this.storeFolder, SERVER_FILE), { force: true });
  }

  /** Ends it: politely, so that it finishes what is under way, and by force when it doesn't in time. */
  async end(): Promise<void> {
    if ((await serverLiveness(this.file)) !== 'alive') return;
    // Windows has no signal that a process could answer to; without its file, it has been ended on purpose.
    if (process.platform === 'win32') await this.forget();
    this.signal('SIGTERM');
    for (let waited = 0; !(await this.hasGone()); waited += LOOK) {
      if (waited === FAREWELL) this.signal('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
    await this.forget();
  }

  /** Throws when it may not be signalled; that it has just gone is no error. */
  private signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      process.kill(this.file.pid, signal);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPERM')
        throw new TrackingError(
          'PERMISSION_DENIED',
          `The server at ${this.file.url} (process ${this.file.pid}) belongs to another user: only they can end it.`,
        );
      if (code !== 'ESRCH') throw error;
    }
  }
}
