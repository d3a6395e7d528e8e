import assert from 'node:assert/strict';
import { Debounce } from '../../../src/host/debounce';

const nobody = (error: unknown): never => assert.fail(String(error));

describe('a debounce', () => {
  it('runs once for many requests, and again for one that comes while it runs', async () => {
    const runs: (() => void)[] = [];
    const began: (() => void)[] = [];
    const next = (): Promise<void> => new Promise((resolve) => began.push(resolve));
    const debounce = new Debounce(
      1,
      () => {
        began.shift()?.();
        return new Promise((resolve) => runs.push(resolve));
      },
      nobody,
    );
    const first = next();
    for (let i = 0; i < 10; i++) debounce.request();
    await first;
    assert.equal(runs.length, 1);
    const second = next();
    debounce.request();
    runs[0]?.();
    await second;
    assert.equal(runs.length, 2);
    runs[1]?.();
    debounce.dispose();
  });

  it('goes on after a failure, and says it', async () => {
    const failures: unknown[] = [];
    let finished: (() => void) | undefined;
    const done = new Promise<void>((resolve) => (finished = resolve));
    let attempts = 0;
    const debounce: Debounce = new Debounce(
      1,
      () => {
        attempts++;
        if (attempts === 2) finished?.();
        return attempts === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
      },
      (error) => {
        failures.push(error);
        queueMicrotask(() => debounce.request());
      },
    );
    debounce.request();
    await done;
    assert.deepEqual(failures.map(String), ['Error: once']);
    debounce.dispose();
  });
});
