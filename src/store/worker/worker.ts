import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { TrackingError, messageOf } from '../../core/errors';
import type { Disposable } from '../../core/disposable';
import type { Engine } from '../engine';
import { openRemote } from '../rest/engine';
import { openStore } from '../sqlite/store';
import { type FromWorker, type PlainError, type StorePlace, type ToWorker, streamsIn } from './workerMessages';

/** The thread in which a store lives, of this disk or of a server, so that the thread that asks never waits. */
class StoreThread {
  private watching: Disposable | undefined;

  constructor(
    private readonly port: MessagePort,
    private readonly engine: Engine,
  ) {}

  async take(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'call':
        return this.answer(message.id, () => this.call(message.part, message.method, message.args));
      case 'watch':
        this.watching ??= this.engine.feed.watch(() => send(this.port, { kind: 'changed' }));
        return;
      case 'unwatch':
        this.watching?.dispose();
        this.watching = undefined;
        return;
      case 'close':
        await this.answer(message.id, () => this.engine.close());
        this.port.close();
    }
  }

  private async call(part: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const target: unknown = part === 'info' ? undefined : Reflect.get(this.engine, part);
    const action: unknown = typeof target === 'object' && target !== null ? Reflect.get(target, method) : undefined;
    if (typeof action !== 'function') throw new TrackingError('INTERNAL_ERROR', `The store has no ${part}.${method}.`);
    return Reflect.apply(action, target, args) as unknown;
  }

  private async answer(id: number, action: () => Promise<unknown>): Promise<void> {
    try {
      send(this.port, { kind: 'result', id, value: await action() });
    } catch (error) {
      send(this.port, { kind: 'error', id, error: plain(error) });
    }
  }
}

function send(port: MessagePort, message: FromWorker): void {
  port.postMessage(message, message.kind === 'result' ? streamsIn([message.value]) : []);
}

function plain(error: unknown): PlainError {
  return error instanceof TrackingError ? error.toJSON() : { code: 'INTERNAL_ERROR', message: messageOf(error) };
}

async function main(port: MessagePort, place: StorePlace): Promise<void> {
  const log = (line: string): void => send(port, { kind: 'log', line });
  try {
    const engine = await ('remote' in place ? openRemote({ ...place.remote, log }) : openStore(place.folder, { ...place.options, log }));
    const thread = new StoreThread(port, engine);
    port.on('message', (message: ToWorker) => void thread.take(message));
    send(port, { kind: 'opened', info: engine.info });
  } catch (error) {
    send(port, { kind: 'refused', error: plain(error) });
    port.close();
  }
}

if (parentPort) void main(parentPort, workerData as StorePlace);
