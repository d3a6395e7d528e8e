import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import type { DataReader } from '../reader';
import type { DataStatus } from '../status/status';
import { limitChanges } from '../status/changeLimit';
import { valuePieces } from './valuePieces';
import type { FromDataWorker, ThreadQuestion, ToDataWorker } from './workerMessages';

/** So many changed paths of one folder are told of; the rest is counted. */
const PATHS = 2_000;

interface Asked {
  readonly abort: AbortController;
  /** Lets the next piece go. */
  next: () => void;
}

/** The far end of the thread in which data is read: walking, parsing and hashing happen here. */
export class DataThread {
  private readonly asked = new Map<number, Asked>();

  /** @param onClose lets go of what the thread was given */
  constructor(
    private readonly port: MessagePort,
    private readonly reader: DataReader,
    private readonly onClose: () => void = () => undefined,
  ) {
    port.on('message', (message: ToDataWorker) => this.take(message));
  }

  private take(message: ToDataWorker): void {
    switch (message.kind) {
      case 'ask':
        return void this.answer(message.id, message.question);
      case 'next':
        return this.asked.get(message.id)?.next();
      case 'stop':
        return this.asked.get(message.id)?.abort.abort();
      case 'close':
        for (const { abort } of this.asked.values()) abort.abort();
        this.reader.dispose();
        this.onClose();
        this.port.close();
    }
  }

  private async answer(id: number, question: ThreadQuestion): Promise<void> {
    const asked: Asked = { abort: new AbortController(), next: () => undefined };
    const { signal } = asked.abort;
    this.asked.set(id, asked);
    try {
      for (const piece of valuePieces(await this.ask(question, signal))) {
        const taken = new Promise<void>((resolve, reject) => {
          asked.next = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
        signal.throwIfAborted();
        this.send({ kind: 'piece', id, piece });
        await taken;
      }
      this.send({ kind: 'end', id, mayEnd: this.reader.isRemembered });
    } catch (error) {
      this.send({ kind: 'error', id, message: messageOf(error), mayEnd: this.reader.isRemembered });
    } finally {
      this.asked.delete(id);
    }
  }

  private async ask(question: ThreadQuestion, signal: AbortSignal): Promise<unknown> {
    switch (question.of) {
      case 'roots':
        return this.reader.roots(question.folder);
      case 'status':
        return withFewerChanges(await this.reader.status(question.root, signal));
      case 'answer':
        return this.reader.answer(question.question, signal);
      case 'losses':
        return this.reader.losses(question.root, question.targets, signal);
      case 'layouts':
        return this.reader.layouts(question.root, question.folders, signal);
      case 'placeAt':
        return this.reader.placeAt(question.path, question.revision, signal);
      case 'placeIn':
        return this.reader.placeIn(question.root, question.path, question.content);
      case 'recordedAt':
        return this.reader.recordedAt(question.path, question.revision, signal);
      case 'versions':
        return this.reader.versions(question.root, question.target, question.options, signal);
      case 'cacheUsage':
        return this.reader.cacheUsage(question.root, signal);
    }
  }

  private send(message: FromDataWorker): void {
    this.port.postMessage(message);
  }
}

function withFewerChanges(status: DataStatus): DataStatus {
  return { ...status, outs: status.outs.map((out) => (out.changes ? { ...out, changes: limitChanges(out.changes, PATHS) } : out)) };
}
