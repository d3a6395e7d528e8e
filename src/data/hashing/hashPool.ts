import { availableParallelism } from 'node:os';
import type { HashName } from '../records/hashName';
import type { FromHashThread } from './hashMessages';
import { HashThread, type HashQuestion } from './hashThread';
import { emptyHashed, statAll, type Hashed, type HashWork } from './hashWork';
import { StatTable } from './statTable';

/** A thread hashes while its next piece already waits there. */
const AHEAD = 2;
/** What one piece of hashing holds at most: so many files, so many bytes. */
const FILES = 128;
const BYTES = 4 * 2 ** 20;
/** Paths in a piece whose stats are asked; fewer than so many in all aren't worth another thread. */
const PATHS = 4_096;
/** Milliseconds after which threads without work are ended. */
const IDLE = 30_000;

interface Piece {
  readonly question: HashQuestion;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: FromHashThread) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Shares the reading and hashing of files out among threads, one for each processor: MD5 itself can't be shared out, so a single large
 * file goes at the speed of one. Threads start when they are needed and end when they are not.
 */
export class HashPool implements HashWork {
  private readonly threads = new Set<HashThread>();
  private readonly queue: Piece[] = [];
  private idling: NodeJS.Timeout | undefined;
  private isDisposed = false;

  /** @param workerFile the bundled `worker.ts`, `dist/hashWorker.js` */
  constructor(
    private readonly workerFile: URL | string,
    private readonly most = availableParallelism(),
  ) {}

  async stats(paths: readonly string[], signal?: AbortSignal): Promise<StatTable> {
    if (paths.length < PATHS) return statAll(paths);
    const table = StatTable.of(paths.length);
    const length = Math.min(PATHS, Math.ceil(paths.length / this.most));
    const ask = async (from: number): Promise<void> => {
      const answer = await this.ask({ kind: 'stats', paths: paths.slice(from, from + length) }, signal);
      if (answer.kind === 'stats') table.insert(from, new StatTable(answer.values));
    };
    await Promise.all(Array.from({ length: Math.ceil(paths.length / length) }, (_, piece) => ask(piece * length)));
    return table;
  }

  async hash(paths: readonly string[], sizes: readonly number[], name: HashName, signal?: AbortSignal): Promise<Hashed> {
    const hashed = emptyHashed(paths.length);
    const ask = async (piece: readonly number[]): Promise<void> => {
      const answer = await this.ask({ kind: 'hash', name, paths: piece.map((index) => paths[index] as string) }, signal);
      if (answer.kind === 'hashed') insert(hashed, piece, answer.hashed);
    };
    await Promise.all(pieces(sizes).map(ask));
    return hashed;
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.idling);
    for (const { reject } of this.queue.splice(0)) reject(new Error('Hashing was stopped.'));
    for (const thread of this.threads) thread.end();
  }

  private async ask(question: HashQuestion, signal: AbortSignal | undefined): Promise<FromHashThread> {
    signal?.throwIfAborted();
    if (this.isDisposed) throw new Error('Hashing was stopped.');
    const answer = await new Promise<FromHashThread>((resolve, reject) => {
      this.queue.push({ question, signal, resolve, reject });
      this.share();
    });
    signal?.throwIfAborted();
    if (answer.kind === 'error') throw Object.assign(new Error(answer.message), { code: answer.code });
    return answer;
  }

  /** Gives waiting pieces to the threads that have the least to do. */
  private share(): void {
    clearTimeout(this.idling);
    while (this.queue.length > 0) {
      const thread = this.freest();
      if (!thread) return;
      const piece = this.queue.shift() as Piece;
      if (piece.signal?.aborted) piece.reject(piece.signal.reason);
      else
        void thread
          .ask(piece.question, piece.signal)
          .then(piece.resolve, piece.reject)
          .finally(() => this.share());
    }
    if ([...this.threads].some(({ load }) => load > 0)) return;
    this.idling = setTimeout(() => this.endThreads(), IDLE).unref();
  }

  private freest(): HashThread | undefined {
    const [freest] = [...this.threads].sort((a, b) => a.load - b.load);
    if (freest?.load === 0) return freest;
    if (this.threads.size < this.most && !this.isDisposed) {
      const thread: HashThread = new HashThread(this.workerFile, () => this.threads.delete(thread));
      this.threads.add(thread);
      return thread;
    }
    return freest !== undefined && freest.load < AHEAD ? freest : undefined;
  }

  private endThreads(): void {
    for (const thread of this.threads) thread.end();
    this.threads.clear();
  }
}

/** Shares files out, by their sizes: large ones first and alone, so that no thread is left with one at the end; small ones together. */
export function pieces(sizes: readonly number[]): number[][] {
  const order = sizes.map((_, index) => index);
  if (sizes.some((size) => size > BYTES)) order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  const result: number[][] = [];
  let piece: number[] = [];
  let bytes = 0;
  for (const index of order) {
    const size = sizes[index] ?? 0;
    if (piece.length === FILES || (piece.length > 0 && bytes + size > BYTES)) {
      result.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(index);
    bytes += size;
  }
  if (piece.length > 0) result.push(piece);
  return result;
}

function insert(into: Hashed, places: readonly number[], part: Hashed): void {
  const table = new StatTable(into.stats);
  const rows = new StatTable(part.stats);
  places.forEach((place, index) => {
    into.digests[place] = part.digests[index] ?? '';
    into.begun[place] = part.begun[index] ?? 0n;
    const stats = rows.at(index);
    if (stats) table.set(place, stats);
  });
  for (const error of part.errors) into.errors.push({ ...error, index: places[error.index] ?? -1 });
}
