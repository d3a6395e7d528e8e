import assert from 'node:assert/strict';
import { TrailingCall } from '../../../src/panels/trailingCall';

describe('A trailing call', () => {
  it('serves many requests with one call, and the next request with another', async () => {
    let calls = 0;
    let called: () => void = () => undefined;
    const trailing = new TrailingCall(() => {
      calls += 1;
      called();
    }, 1);
    const next = () => new Promise<void>((resolve) => (called = resolve));
    const first = next();
    for (let i = 0; i < 5; i++) trailing.request();
    assert.equal(calls, 0);
    await first;
    assert.equal(calls, 1);
    const second = next();
    trailing.request();
    await second;
    assert.equal(calls, 2);
  });

  it('keeps a request that is made while it calls', async () => {
    const calls: number[] = [];
    await new Promise<void>((resolve) => {
      const trailing = new TrailingCall(() => {
        calls.push(calls.length);
        if (calls.length === 1) trailing.request();
        else resolve();
      }, 1);
      trailing.request();
    });
    assert.deepEqual(calls, [0, 1]);
  });
});
