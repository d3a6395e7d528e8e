import { createHash } from 'node:crypto';
import type { Choice } from './names';
import type { Step } from './steps';

/** Data as dvc 2.x left it: hashed without carriage returns, recorded without the kind of hash, cached in folders of two letters. */
export function legacyData(choice: Choice): Step[] {
  const name = choice.of(['old.txt', 'sub/old.txt', 'oldset']);
  const isCached = choice.chance(0.8);
  if (name !== 'oldset') {
    const text = choice.of(['one\n', 'two\r\nlines\r\n', '', 'nul\u0000\r\n']);
    const digest = md5(hashedText(text));
    return [
      { write: name, text },
      { write: `${name}.dvc`, text: `outs:\n- md5: ${digest}\n  size: ${text.length}\n  path: old.txt\n` },
      ...(isCached ? [object(digest, text)] : []),
    ];
  }
  const members = [
    ['a', 'one\n'],
    ['sub/b', 'two\r\nlines\r\n'],
    ['z', 'nul\u0000\r\n'],
  ] as const;
  const manifest = `[${members.map(([path, text]) => `{"md5": "${md5(hashedText(text))}", "relpath": "${path}"}`).join(', ')}]`;
  const digest = `${md5(manifest)}.dir`;
  return [
    ...members.map(([path, text]) => ({ write: `oldset/${path}`, text })),
    { write: 'oldset.dvc', text: `outs:\n- md5: ${digest}\n  size: 20\n  nfiles: 3\n  path: oldset\n` },
    ...(isCached ? [object(digest, manifest), ...members.map(([, text]) => object(md5(hashedText(text)), text))] : []),
  ];
}

function object(digest: string, text: string): Step {
  return { write: `.dvc/cache/${digest.slice(0, 2)}/${digest.slice(2)}`, text };
}

function hashedText(text: string): string {
  return text.includes('\u0000') ? text : text.replaceAll('\r\n', '\n');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
