import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFile } from '../../../../src/data/hashing/md5';

/** The expected hashes are those of dvc-data's own `file_md5`. */
describe('hashes of files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-md5-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const [what, content, legacy, plain] of [
    ['text with CRLF', Buffer.from('a\r\nb\r\n'), 'dd8c6a395b5dd36c56d23275028f526c', '59b0d7772f0561efb95518f3cb8abc60'],
    [
      'a CRLF across two chunks',
      Buffer.concat([Buffer.alloc(2 ** 20 - 1, 'x'), Buffer.from('\r\ny\r\n')]),
      'e1825541a28894307881fc219afcc49f',
      '7e9dd6c74edc74a5b3fc64ef718baddb',
    ],
    ['bytes with NUL', Buffer.from('\0\r\n'), '692c8022360661692872fdc730517229', '692c8022360661692872fdc730517229'],
    [
      'text with few other bytes',
      Buffer.concat([Buffer.alloc(3, 0xe9), Buffer.from('abcdefg\r\n')]),
      '97fb6692e5ee2eefd549aff632f4920f',
      'ef7c74c199067483d94aa1b703622873',
    ],
    ['an empty file', Buffer.alloc(0), 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
  ] as const) {
    it(`hashes ${what}`, async () => {
      const file = join(folder, 'file');
      writeFileSync(file, content);
      assert.equal(await hashFile(file, 'md5-dos2unix'), legacy);
      assert.equal(await hashFile(file, 'md5'), plain);
    });
  }

  it('stops when told to', async () => {
    const file = join(folder, 'large');
    writeFileSync(file, Buffer.alloc(5 * 2 ** 20));
    await assert.rejects(hashFile(file, 'md5', AbortSignal.abort()));
  });
});
