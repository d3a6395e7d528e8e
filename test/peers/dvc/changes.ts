import { legacyData } from './legacy';
import { FILES, FOLDERS, MEMBERS, type Choice } from './names';
import { paramsFile, pipeline } from './pipelines';
import type { Step } from './steps';

type Change = (choice: Choice) => Step[];

/** What people do with data and repositories, each with how often it is taken. */
const CHANGES: readonly (readonly [number, Change])[] = [
  [8, (c) => [{ write: c.anyPath(), text: c.text() }]],
  [4, (c) => [{ append: c.anyPath(), text: c.text() }]],
  [4, (c) => [{ remove: c.of([...FILES, ...FOLDERS, c.member(), c.member()]) }]],
  [2, (c) => [{ touch: c.anyPath() }]],
  [2, (c) => [{ chmod: c.anyPath(), mode: c.of(['755', '644', '444', '600']) }]],
  [4, (c) => [{ rename: c.anyPath(), to: c.anyPath() }]],
  [2, (c) => [{ rename: c.of([...FILES, ...FOLDERS]), to: c.of([...FILES, ...FOLDERS, 'moved', 'sub/moved']) }]],
  [2, (c) => [{ write: c.of(FOLDERS), text: 'a file for a folder\n' }]],
  [2, (c) => [{ write: `${c.of(FILES)}/inside`, text: 'a folder for a file\n' }]],
  [2, (c) => [{ folder: `${c.of(FOLDERS)}/${c.of(['hollow', 'hollow/er', 'sub'])}` }]],
  [1, (c) => [{ folder: c.of(FILES) }]],
  [2, (c) => [{ link: c.anyPath(), to: c.of(['{outside}/data.csv', '{outside}/set', 'x', 'a.csv']) }]],
  [8, (c) => [{ dvc: ['add', '-q', ...c.some([...FILES, ...FOLDERS], 3)] }]],
  [3, (c) => [{ dvc: ['commit', '-q', '-f', ...(c.chance(0.5) ? [] : [`${c.of([...FILES, ...FOLDERS])}.dvc`])] }]],
  [4, (c) => [{ dvc: ['checkout', '-q', ...(c.chance(0.6) ? ['-f'] : [])] }]],
  [1, () => [{ dvc: ['checkout', '-q', '--relink', '-f'] }]],
  [2, (c) => [{ dvc: ['remove', '-q', `${c.of([...FILES, ...FOLDERS])}.dvc`] }]],
  [2, (c) => [{ dvc: ['move', c.of([...FILES, ...FOLDERS]), c.of(['moved', 'sub/moved', ...FILES])] }]],
  [4, () => [{ dvc: ['repro', '-q'] }]],
  [1, () => [{ dvc: ['repro', '-q', '-f', '--no-commit'] }]],
  [1, () => [{ dvc: ['repro', '-q', '-k'] }]],
  [2, (c) => [{ dvc: [c.of(['freeze', 'unfreeze']), '-q', c.of(['train', 'prep', 'sub/dvc.yaml:copy', 'a.csv.dvc', 'data.csv.dvc'])] }]],
  [4, (c) => [{ dvc: ['push', '-q', ...(c.chance(0.5) ? [`${c.of([...FILES, ...FOLDERS])}.dvc`] : [])] }]],
  [
    2,
    (c) => [
      {
        dvc: c.of([
          ['fetch', '-q'],
          ['pull', '-q'],
          ['pull', '-q', '-f'],
        ]),
      },
    ],
  ],
  [2, () => [{ dvc: ['remote', 'add', '-q', '-d', '-f', 'local', '{remote}'] }]],
  [1, (c) => [{ dvc: ['config', 'cache.type', c.of(['copy', 'hardlink', 'symlink', 'reflink,copy', 'hardlink,symlink'])] }]],
  [1, () => [{ dvc: ['gc', '-q', '-w', '-f'] }]],
  [1, () => [{ dvc: ['cache', 'dir', '{outside}/cache'] }]],
  [1, (c) => [{ dvc: ['config', 'core.autostage', c.of(['true', 'false'])] }]],
  [5, (c) => [{ drop: c.of(['cache', 'cache', 'remote'] as const), kind: c.of(['file', 'file', 'manifest'] as const), nth: c.below(30) }]],
  [2, (c) => [{ damage: c.of(['cache', 'cache', 'remote'] as const), nth: c.below(30), how: c.of(['content', 'mode'] as const) }]],
  [6, () => [{ git: ['add', '.'] }, { git: ['commit', '-q', '-m', 'all'] }]],
  [3, (c) => [{ git: ['add', `${c.of([...FILES, ...FOLDERS])}.dvc`] }]],
  [2, () => [{ git: ['commit', '-q', '-m', 'staged'] }]],
  [1, () => [{ git: ['commit', '-q', '--allow-empty', '-m', 'empty'] }]],
  [1, () => [{ git: ['reset', '-q', '--hard', 'HEAD~1'] }]],
  [1, () => [{ git: ['checkout', '-q', 'HEAD~1'] }]],
  [1, () => [{ git: ['stash', '-q'] }]],
  [2, (c) => [{ remove: `${c.of([...FILES, ...FOLDERS])}.dvc` }]],
  [1, (c) => [{ rename: `${c.of([...FILES, ...FOLDERS])}.dvc`, to: c.of(['renamed.dvc', 'sub/renamed.dvc', 'new/a.csv.dvc']) }]],
  [
    2,
    (c) => [{ write: '.dvcignore', text: c.of(['', '*.tmp\n', 'sub/\n', '/imgs/x\n', '**/y\n!sub/y\n', '# no\n*.txt\n', '\\!x\nZ \n']) }],
  ],
  [1, (c) => [{ write: `${c.of(['sub', 'data'])}/.dvcignore`, text: c.of(['b *\n', '/deep\n', '*\n', '.hidden\n']) }]],
  [1, (c) => [{ append: '.gitignore', text: c.of(['*.dvc\n', 'sub\n', '/data/\n', '!*.dvc\n', 'later.txt\n']) }]],
  [3, paramsAnd],
  [3, pipeline],
  [3, (c) => [paramsFile(c)]],
  [1, (c) => [{ remove: c.of(['params.yaml', 'other.json', 'conf.toml', 'consts.py', 'dvc.lock', 'dvc.yaml', 'sub/dvc.lock']) }]],
  [1, (c) => [{ write: c.of(['m.pkl', 'out/a.csv', 'metrics.json', 'sub/in.txt', 'sub/out.txt', 'sub/copied.txt']), text: c.text() }]],
  [2, (c) => [{ dvc: ['import-url', '-q', '-f', c.of(['{outside}/data.csv', '{outside}/set']), c.of(['fetched', 'data/fetched'])] }]],
  [1, () => [{ dvc: ['import-url', '-q', '-f', '--no-download', '{outside}/data.csv', 'later'] }]],
  [1, (c) => [{ write: c.of(['../outside/data.csv', '../outside/set/one', '../outside/set/three']), text: c.text() }]],
  [1, (c) => [{ dvc: ['import', '-q', '-f', '{source}', c.of(['data.csv', 'set', 'plain.txt'])] }]],
  [1, (c) => [{ dvc: ['update', '-q', c.of(['data.csv.dvc', 'fetched.dvc', 'data/fetched.dvc'])] }]],
  [2, handWritten],
  [2, legacyData],
  [1, () => [{ folder: 'nested' }, { dvc: ['init', '-q', '--subdir'], in: 'nested' }, { write: 'nested/x', text: 'x' }]],
  [1, () => [{ dvc: ['add', '-q', 'x'], in: 'nested' }]],
  [1, (c) => [{ write: `${c.of(FOLDERS)}/.dvcignore`, text: c.of(['x\n', 'nothing\n']) }]],
  [1, (c) => [{ write: 'later.txt', text: c.text() }]],
  [1, (c) => [{ dvc: ['add', '-q', '--to-remote', `{outside}/${c.of(['set', 'data.csv'])}`, '-o', 'sent'] }]],
  [1, () => [{ dvc: ['add', '-q', '--no-commit', 'a.csv', 'imgs'] }]],
  [1, (c) => [{ dvc: ['add', '-q', c.of(MEMBERS)], in: c.of(FOLDERS) }]],
  [1, (c) => [{ dvc: ['add', '-q', c.member()] }]],
  [1, () => [{ dvc: ['push', '-q', '-r', 'second'] }]],
  [1, (c) => [{ rename: 'dvc.yaml', to: c.of(['sub/deep/dvc.yaml', 'data/dvc.yaml']) }]],
];

function paramsAnd(choice: Choice): Step[] {
  return [paramsFile(choice), { dvc: choice.of([['repro', '-q'], ['commit', '-q', '-f'], ['status']]) }];
}

/** Records that no dvc of today would write, but reads: of 0.x to 2.x, and what people write by hand. */
function handWritten(choice: Choice): Step[] {
  const md5 = choice.of(['5bbf5a52328e7439ae6e719dfe712200', 'd41d8cd98f00b204e9800998ecf8427e', '7b8b965ad4bca0e41ab51de7b31363a1']);
  const text = choice.of([
    'outs:\n- path: later.txt\n',
    `outs:\n- md5: ${md5}\n  path: later.txt\n`,
    `outs:\n- md5: ${md5}\n  size: 4\n  hash: md5\n  path: later.txt\n`,
    `md5: 0123456789abcdef0123456789abcdef\nouts:\n- md5: ${md5}\n  path: later.txt\n  cache: true\n  persist: false\n`,
    `wdir: sub\nouts:\n- md5: ${md5}\n  path: later.txt\n`,
    `deps:\n- md5: ${md5}\n  path: a.csv\nouts:\n- md5: ${md5}\n  path: later.txt\n  cache: false\n`,
    `frozen: true\ndeps:\n- md5: ${md5}\n  path: a.csv\nouts:\n- path: later.txt\n`,
    `desc: x\nmeta: {a: 1}\nouts:\n- md5: ${md5}\n  path: later.txt\n  desc: y\n  type: t\n  labels: [a]\n  meta: {b: 2}\n  push: false\n`,
  ]);
  return [{ write: choice.of(['later.txt.dvc', 'sub/later.txt.dvc']), text }];
}

const total = CHANGES.reduce((sum, [weight]) => sum + weight, 0);

export function anyChange(choice: Choice): Step[] {
  let rest = choice.below(total);
  for (const [weight, change] of CHANGES) {
    rest -= weight;
    if (rest < 0) return change(choice);
  }
  return [];
}
