import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { showKeptData, type DataKeptFlags } from '../../../src/cli/data/keptCommand';
import { KeptData } from '../../../src/data/actions/keptData';
import { DataRepository } from '../data/dataRepository';

describe('ml-tracking data kept', () => {
  let repository: DataRepository;

  beforeEach(() => {
    repository = new DataRepository();
    repository.write('a.csv', 'mine');
    repository.write('b.csv', 'mine too');
  });
  afterEach(() => repository.dispose());

  const at = (path: string): string => join(repository.root, path);
  async function said(flags: DataKeptFlags = {}): Promise<string> {
    let text = '';
    const add = (more: string): void => void (text += more);
    await showKeptData(
      { repo: repository.root, ...flags },
      { json: Boolean(flags.json), interactive: false, columns: 80, out: add, say: add, draw: add },
    );
    return text;
  }

  it('lists what is kept with its size, and brings it back', async () => {
    assert.match(await said(), /Nothing is kept here/);
    const { id } = await new KeptData().keep(repository.root, [at('a.csv'), at('b.csv')], 'Check Out');
    assert.match(await said(), new RegExp(`${id} +now +12 B +Check Out +a\\.csv and 1 more`));
    repository.write('a.csv', 'newer');
    assert.match(await said({ restore: id }), /2 files are back; what stood there is kept under /);
    assert.deepEqual([readFileSync(at('a.csv'), 'utf8'), readFileSync(at('b.csv'), 'utf8')], ['mine', 'mine too']);
    assert.match(await said(), /5 B +Check Out +a\.csv\n/);
  });

  it('deletes for good what is named, or old', async () => {
    const kept = new KeptData();
    const one = await kept.keep(repository.root, [at('a.csv')], 'Check Out');
    const other = await kept.keep(repository.root, [at('b.csv')], 'Check Out');
    await assert.rejects(said({ remove: '2' }), /nothing is kept under 2/);
    await assert.rejects(said({ remove: '2026', restore: '2026' }), /three things/);
    await assert.rejects(said({ days: 3 }), /--days belongs to --prune/);
    assert.match(await said({ remove: one.id }), /4 B deleted for good/);
    assert.match(await said({ prune: true }), /Nothing is old enough/);
    assert.equal((JSON.parse(await said({ prune: true, days: 0, json: true })) as unknown[]).length, 1);
    assert.ok(!existsSync(join(repository.root, '.tracking', 'kept', other.id)));
    assert.match(await said(), /Nothing is kept here/);
  });
});
