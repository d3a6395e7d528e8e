import assert from 'node:assert/strict';
import { Restarts } from '../../../../src/host/server/restarts';

describe('starting a server again that dies', () => {
  it('waits longer each time, and gives up', () => {
    const restarts = new Restarts();
    const pauses: (number | undefined)[] = [];
    for (let now = 0; pauses.length < 7; now += 1000) {
      restarts.started(now);
      pauses.push(restarts.next(now + 500));
    }
    assert.equal(pauses[0], 0);
    const waits = pauses.filter((pause) => pause !== undefined);
    assert.deepEqual(
      waits,
      waits.toSorted((a, b) => a - b),
    );
    assert.equal(pauses.at(-1), undefined);
  });

  it('begins anew after a minute of health, or when a person asks', () => {
    const restarts = new Restarts();
    restarts.started(0);
    assert.equal(restarts.next(10), 0);
    restarts.started(20);
    assert.notEqual(restarts.next(1000), 0);
    restarts.started(2000);
    restarts.started(30_000);
    assert.equal(restarts.next(62_000), 0);
    assert.notEqual(restarts.next(62_001), 0);
    restarts.forget();
    assert.equal(restarts.next(62_002), 0);
  });
});
