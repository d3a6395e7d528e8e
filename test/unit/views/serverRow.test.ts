import assert from 'node:assert/strict';
import type { ServerState } from '../../../src/host/server/serverState';
import { serverRow } from '../../../src/views/runs/serverRow';

describe("the server's row", () => {
  const states: readonly ServerState[] = [
    { kind: 'off' },
    { kind: 'starting' },
    { kind: 'on', url: 'http://127.0.0.1:8080', pid: 7, token: 'secret' },
    { kind: 'stopping' },
    { kind: 'failed', message: 'Port 8080 is taken by python (process 9).' },
  ];

  it('tells where it listens, or why it does not', () => {
    const rows = states.map((state) => serverRow(state, '/s'));
    assert.deepEqual(
      rows.map(({ description }) => description),
      ['off', 'is starting', 'http://127.0.0.1:8080', 'is ending', 'Port 8080 is taken by python (process 9).'],
    );
    assert.deepEqual([...new Set(rows.map(({ id }) => id))], ['/s/server']);
  });

  it('has a context of its own for each state, and words for those who listen', () => {
    for (const state of states) {
      const row = serverRow(state, '/s');
      assert.equal(row.context, `server ${state.kind}`);
      assert.equal(row.spoken, `Tracking server, ${row.description}`);
    }
  });

  it('never shows the token', () => {
    for (const state of states) assert.ok(!JSON.stringify(serverRow(state, '/s')).includes('secret'));
  });
});
