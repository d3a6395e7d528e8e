import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LONGEST_LINE, linesOf } from '../../../src/transfer/mlruns/fileLines';
import { Folders } from './folders';

describe('lines of files', () => {
  const folders = new Folders();
  afterEach(() => folders.clear());

  async function lines(text: string): Promise<string[]> {
    const path = join(await folders.make(), 'file');
    await writeFile(path, text);
    const found: string[] = [];
    for await (const line of linesOf(path)) found.push(line);
    return found;
  }

  it('are the same in small files and large ones', async () => {
    assert.deepEqual(await lines('ä\r\nb\n\nc'), ['ä', 'b', '', 'c']);
    const many = Array.from({ length: 200_000 }, (_, index) => `${index} ä €`);
    assert.deepEqual(await lines(`${many.join('\r\n')}\r\n`), [...many, '']);
  });

  it('of any length take little memory', async () => {
    const [first, long, last] = await lines(`first\n${'x'.repeat(3_000_000)}\nlast`);
    assert.deepEqual([first, last], ['first', 'last']);
    assert.ok(long!.length > LONGEST_LINE, 'told to be too long');
    assert.ok(long!.length < 1_000_000);
  });
});
