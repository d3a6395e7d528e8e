import { type MessagePort, parentPort } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import { DataReader } from '../reader';
import { statusPieces } from '../status/statusPieces';
import type { FromDataWorker, ToDataWorker } from './workerMessages';

interface Reading {
  readonly abort: AbortController;
  /** Lets the next piece go. */
  next: () => void;
}

/** The far end of the thread in which data is read: walking, parsing and hashing happen here. */
class DataThread {
  private readonly readings = new Map<number, Reading>();
  private readonly reader = new DataReader((line) => this.send({ kind: 'log', line }));

  constructor(private readonly port: MessagePort) {}

  take(message: ToDataWorker): void {
    switch (message.kind) {
      case 'roots':
        return void this.answer(message.id, async () => {
          const roots = await this.reader.roots(message.folder);
          this.send({ kind: 'roots', id: message.id, roots, mayEnd: this.reader.isRemembered });
        });
      case 'status':
        return void this.answer(message.id, () => this.status(message.id, message.root));
      case 'next':
        return this.readings.get(message.id)?.next();
      case 'stop':
        return this.readings.get(message.id)?.abort.abort();
      case 'close':
        for (const { abort } of this.readings.values()) abort.abort();
        this.reader.dispose();
        this.port.close();
    }
  }

  private async status(id: number, root: string): Promise<void> {
    const reading: Reading = { abort: new AbortController(), next: () => undefined };
    const { signal } = reading.abort;
    this.readings.set(id, reading);
    try {
      const status = await this.reader.status(root, signal);
      for (const piece of statusPieces(status)) {
        const taken = new Promise<void>((resolve, reject) => {
          reading.next = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
        signal.throwIfAborted();
        this.send({ kind: 'piece', id, piece });
        await taken;
      }
      this.send({ kind: 'end', id, mayEnd: this.reader.isRemembered });
    } finally {
      this.readings.delete(id);
    }
  }

  private async answer(id: number, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.send({ kind: 'error', id, message: messageOf(error), mayEnd: this.reader.isRemembered });
    }
  }

  private send(message: FromDataWorker): void {
    this.port.postMessage(message);
  }
}

if (parentPort) {
  const thread = new DataThread(parentPort);
  parentPort.on('message', (message: ToDataWorker) => thread.take(message));
}
