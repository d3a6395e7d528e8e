import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type DvcConfig } from '../../../../src/data/records/config';
import { parseConfigFile } from '../../../../src/data/records/configFile';
import { RecordError } from '../../../../src/data/records/recordError';

describe("a file of DVC's configuration", () => {
  const parsed = (text: string): Record<string, Record<string, unknown>> =>
    Object.fromEntries([...parseConfigFile(text)].map(([name, keys]) => [name, Object.fromEntries(keys)]));

  it('has sections of quoted names, comments, lists and values over several lines', () => {
    const text = `\uFEFF# by hand
[core]
    Remote = Store   # not the name
    autostage=true
['remote "Store"']
    url = "s3://bucket/a, b#c"
    endpointurl = 'https://x'
    ssl_verify = ''
[cache]
    type = "reflink,symlink"
    other = hardlink, "a, b",
    none = ,
    long = """first
 second"""
`;
    assert.deepEqual(parsed(text), {
      core: { remote: 'Store', autostage: 'true' },
      'remote "store"': { url: 's3://bucket/a, b#c', endpointurl: 'https://x', ssl_verify: '' },
      cache: { type: 'reflink,symlink', other: ['hardlink', 'a, b'], none: [], long: 'first\n second' },
    });
  });

  it('is read with any end of line, and when it is empty', () => {
    assert.deepEqual(parsed('[core]\r\nremote = x\r\n'), { core: { remote: 'x' } });
    assert.deepEqual(parsed(''), {});
  });

  it('may refer to other values of its own, not in a circle', () => {
    assert.deepEqual(parsed('base = /data\n[cache]\ndir = %(base)s/cache\n[core]\nx = %(y)s\ny = 1\n')['cache'], { dir: '/data/cache' });
    for (const text of ['[core]\na = %(b)s\nb = %(a)s\n', '[core]\na = %(absent)s\n'])
      assert.throws(() => parseConfigFile(text), /leads nowhere/);
  });

  for (const [what, text, line] of [
    ['a line that is neither', '[core]\nremote\n', 2],
    ['a section twice', '[core]\na = 1\n[core]\nb = 2\n', 3],
    ['a key twice', '[core]\na = 1\na = 2\n', 3],
    ['a section in a section', '[core]\n[[deep]]\n', 2],
    ['a quote that doesn’t end', '[core]\na = "x\n', 2],
    ['a long value that doesn’t end', '[core]\na = """x\nb\n', 2],
    ['a list with a gap', '[core]\na = b,,c\n', 2],
    ['something behind a quote', '[core]\na = "b" c\n', 2],
    ['the marks of a merge', '[core]\n<<<<<<< HEAD\na = 1\n', 2],
  ] as const)
    it(`is refused with ${what}, and where`, () =>
      assert.throws(
        () => parseConfigFile(text),
        (error) => error instanceof RecordError && error.line === line && !error.message.includes('\n'),
      ));
});

describe("DVC's configuration", () => {
  let above = '';
  let root = '';
  beforeEach(() => {
    above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-config-')));
    root = join(above, 'repo');
    for (const folder of [join(root, '.dvc'), join(above, 'system'), join(above, 'global')]) mkdirSync(folder, { recursive: true });
  });
  afterEach(() => rmSync(above, { recursive: true }));

  const read = (files: Readonly<Record<string, string>>): Promise<DvcConfig> => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(above, path), text);
    return readConfig(root, { DVC_SYSTEM_CONFIG_DIR: join(above, 'system'), DVC_GLOBAL_CONFIG_DIR: join(above, 'global') });
  };

  it('is DVC’s own where nothing is said', async () => {
    const { cacheFolder, linkTypes, defaultRemote, remotes, broken, isCacheShared, autostage, withoutGit, hardlinkLock } = await read({});
    assert.deepEqual(
      { cacheFolder, linkTypes, defaultRemote, remotes, broken, isCacheShared, autostage, withoutGit, hardlinkLock },
      {
        cacheFolder: join(root, '.dvc', 'cache'),
        linkTypes: ['reflink', 'copy'],
        defaultRemote: undefined,
        remotes: [],
        broken: [],
        isCacheShared: false,
        autostage: false,
        withoutGit: false,
        hardlinkLock: false,
      },
    );
  });

  it('takes each value from the most important file that has it', async () => {
    const config = await read({
      'system/config': '[core]\nremote = system\nautostage = true\n[cache]\ntype = symlink\n',
      'global/config': '[core]\nremote = global\n[cache]\nshared = group\n',
      'repo/.dvc/config': '[core]\nremote = repo\n',
      'repo/.dvc/config.local': '[core]\nremote = Local\n',
    });
    assert.deepEqual([config.defaultRemote, config.autostage, config.linkTypes, config.isCacheShared], ['local', true, ['symlink'], true]);
    assert.deepEqual(config.value('core', 'remote'), 'Local');
  });

  it('has paths relative to the file that says so', async () => {
    const config = await read({
      'global/config': `['remote "home"']\nurl = ~/data\n`,
      'repo/.dvc/config': `[cache]\ndir = ../store\n['remote "near"']\nurl = ../../near\n['remote "far"']\nurl = s3://bucket/x\n`,
      'repo/.dvc/config.local': `['remote "far"']\nkeyfile = key\n`,
    });
    assert.equal(config.cacheFolder, join(root, 'store'));
    const found = new Map(config.remotes.map((remote) => [remote.name, remote]));
    assert.deepEqual(
      [...found.values()].map(({ name, url, folder }) => [name, url, folder]),
      [
        ['home', join(homedir(), 'data'), join(homedir(), 'data')],
        ['near', join(above, 'near'), join(above, 'near')],
        ['far', 's3://bucket/x', undefined],
      ],
    );
    assert.equal(found.get('far')?.settings.get('keyfile'), join(root, '.dvc', 'key'));
  });

  it('follows remotes that stand on others, and not in a circle', async () => {
    const { remotes } = await read({
      'repo/.dvc/config': `['remote "base"']
url = ssh://host/data
user = me
['remote "on"']
url = remote://Base/images
port = 2222
['remote "deeper"']
url = remote://on/deep
['remote "lost"']
url = remote://nobody/x
['remote "round"']
url = remote://round/x
['remote "versions"']
url = /data
version_aware = true
['remote "none"']
port = 1
`,
    });
    assert.deepEqual(
      remotes.map(({ name, url, isVersioned }) => [name, url, isVersioned]),
      [
        ['base', 'ssh://host/data', false],
        ['on', 'ssh://host/data/images', false],
        ['deeper', 'ssh://host/data/images/deep', false],
        ['lost', '', false],
        ['round', '', false],
        ['versions', '/data', true],
        ['none', '', false],
      ],
    );
    assert.deepEqual(Object.fromEntries(remotes[1]?.settings ?? []), { url: 'ssh://host/data/images', user: 'me', port: '2222' });
  });

  it('makes one row of a file that can’t be read, and goes on with the others', async () => {
    const config = await read({ 'global/config': '[core\n', 'repo/.dvc/config': '[core]\nremote = here\n' });
    assert.deepEqual(
      config.broken.map(({ file, line }) => [file, line]),
      [[join(above, 'global', 'config'), 1]],
    );
    assert.equal(config.defaultRemote, 'here');
  });
});
