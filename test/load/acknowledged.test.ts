// `npm run bench load` does the same with 50 clients for a minute.
import assert from 'node:assert/strict';
import { logUnderLoad } from './logging';

describe('A server that is killed under load', function () {
  this.timeout(300_000);

  it('has all that it has acknowledged, and nothing twice', async () => {
    const { acknowledged, repeated } = await logUnderLoad({ clients: 12, rounds: 25, kills: 2 });
    assert.ok(acknowledged >= 12 * 25 * 4, String(acknowledged));
    assert.ok(repeated > 0, 'the server died while it was asked');
  });
});
