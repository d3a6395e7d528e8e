import assert from 'node:assert/strict';
import { invalid, TrackingError } from '../../../src/core/errors';
import { watchedEngine } from '../../../src/host/remotes/watchedEngine';
import type { Engine } from '../../../src/store/engine';

describe('an engine that is watched', () => {
  const gone = new TrackingError('TEMPORARILY_UNAVAILABLE', 'nobody listens there');
  const told: TrackingError[] = [];
  const closed: string[] = [];
  /** Answers as its arguments say. */
  class Part {
    readonly #answers: Readonly<Record<string, () => Promise<unknown>>> = {
      gone: () => Promise.reject(gone),
      wrong: () => Promise.reject(invalid('wrong')),
      right: () => Promise.resolve('right'),
    };
    get(what: string): Promise<unknown> {
      return this.#answers[what]!();
    }
    watch(listener: () => void): { dispose(): void } {
      listener();
      return { dispose: () => undefined };
    }
  }
  const part = new Part();
  const names = ['experiments', 'runs', 'metrics', 'artifacts', 'artifactTree', 'loggedModels', 'registry', 'feed'] as const;
  const engine = {
    ...Object.fromEntries(names.map((name) => [name, part])),
    info: { location: 'here' },
    close: () => Promise.resolve(void closed.push('closed')),
  } as unknown as Engine;
  const watched = watchedEngine(engine, (error) => told.push(error));
  beforeEach(() => told.splice(0));

  it('tells that the server is gone, to whoever asked too', async () => {
    for (const name of names) await assert.rejects((watched[name] as unknown as Part).get('gone'), gone);
    assert.deepEqual(told, Array(names.length).fill(gone));
  });

  it('passes on everything else', async () => {
    await assert.rejects(watched.runs.get('wrong'), /wrong/);
    assert.equal(await watched.runs.get('right'), 'right');
    let heard = 0;
    watched.feed.watch(() => heard++).dispose();
    assert.equal(heard, 1);
    assert.equal(watched.info.location, 'here');
    await watched.close();
    assert.deepEqual([told, closed], [[], ['closed']]);
  });
});
