import assert from 'node:assert/strict';
import { DependencyReader, fileChange } from '../../../../src/code/dependencies/dependencyReader';
import { isDependencyFile, parseDependencies } from '../../../../src/code/dependencies/dependencyFile';
import { compareVersions } from '../../../../src/code/dependencies/versionOrder';
import { CodeReader } from '../../../../src/code/reader';
import { revision, WORKING_TREE } from '../../../../src/code/side';
import { CodeRepository } from '../codeRepository';

const versions = (path: string, content: string): (string | undefined)[][] =>
  (parseDependencies(path, content)?.packages ?? []).map(({ name, version, requirement }) => [name, version, requirement]);
const changes = (path: string, before: string, after: string): (string | undefined)[][] =>
  fileChange(path, before, after).packages.map(({ name, kind, before: old, after: now }) => [name, kind, old, now]);

describe('dependency files', () => {
  it('reads what pip reads', () => {
    const content = [
      '\ufeff# a comment',
      '-r base.txt',
      '--index-url https://example.org/simple',
      'NumPy==1.26.4  # pinned',
      'scikit_learn >= 1.4 , <2 ; python_version > "3.8"',
      'torch[cuda] == 2.1.0+cu118 \\',
      '    --hash=sha256:abc --hash=sha256:def',
      'pkg @ https://example.org/pkg-1.0.zip ; sys_platform == "linux"',
      '-e git+https://example.org/team/tool.git@main#egg=My.Tool',
      './local/package',
      'https://example.org/nameless.whl',
      'wild==1.*',
      'same===1.0-local',
      'old (>=1.0)',
      'not a requirement',
      '',
    ].join('\r\n');
    assert.deepEqual(versions('requirements.txt', content), [
      ['numpy', '1.26.4', '==1.26.4'],
      ['scikit-learn', undefined, '>=1.4,<2'],
      ['torch', '2.1.0+cu118', '==2.1.0+cu118'],
      ['pkg', undefined, 'https://example.org/pkg-1.0.zip'],
      ['my-tool', undefined, 'git+https://example.org/team/tool.git@main#egg=My.Tool'],
      ['wild', undefined, '==1.*'],
      ['same', '1.0-local', '===1.0-local'],
      ['old', undefined, '>=1.0'],
    ]);
  });

  it('reads pyproject.toml of PEP 621, PEP 735 and Poetry, and the locks', () => {
    const project = `
[project]
name = "digits"
dependencies = ["numpy>=1.26", "torch==2.1.0"]
[project.optional-dependencies]
plots = ["matplotlib"]
[dependency-groups]
dev = ["pytest>=8", { include-group = "lint" }]
[tool.poetry.dependencies]
python = "^3.11"
pandas = { version = "~2.2", extras = ["excel"] }
exact = "1.2.3"
[tool.poetry.group.docs.dependencies]
Sphinx = "*"
`;
    assert.deepEqual(versions('pyproject.toml', project), [
      ['numpy', undefined, '>=1.26'],
      ['torch', '2.1.0', '==2.1.0'],
      ['matplotlib', undefined, ''],
      ['pytest', undefined, '>=8'],
      ['python', undefined, '^3.11'],
      ['pandas', undefined, '~2.2'],
      ['exact', '1.2.3', '1.2.3'],
      ['sphinx', undefined, ''],
    ]);
    const lock = `
version = 1
[[package]]
name = "digits"
source = { editable = "." }
version = "0.1"
[[package]]
name = "Numpy"
version = "1.26.4"
source = { registry = "https://example.org/simple" }
`;
    for (const path of ['uv.lock', 'poetry.lock', 'pdm.lock']) assert.deepEqual(versions(path, lock), [['numpy', '1.26.4', '==1.26.4']]);
    assert.deepEqual(versions('Pipfile.lock', '{"default":{"a":{"version":"==1.0"}},"develop":{"b":{"git":"x"}}}'), [
      ['a', '1.0', '==1.0'],
      ['b', undefined, ''],
    ]);
  });

  it('reads conda environments, with the pip packages in them', () => {
    const content =
      'name: x\ndependencies:\n- python=3.11\n- conda-forge::numpy=1.26.4=py311h64a7726_0\n- scipy >=1.11,<2\n- cuda-toolkit\n- pip:\n  - torch==2.1\n  - -r extra.txt\n';
    for (const path of ['environment.yml', 'conda.yaml', 'gpu-environment.yaml'])
      assert.deepEqual(versions(path, content), [
        ['python', '3.11', '=3.11'],
        ['numpy', '1.26.4', '=1.26.4=py311h64a7726_0'],
        ['scipy', undefined, '>=1.11,<2'],
        ['cuda-toolkit', undefined, ''],
        ['torch', '2.1', '==2.1'],
      ]);
  });

  it('reads npm’s locks of every version', () => {
    const modern = {
      lockfileVersion: 3,
      packages: {
        '': { name: 'x', version: '1.0.0' },
        'node_modules/@a/b': { version: '1.0.0' },
        'node_modules/c/node_modules/@a/b': { version: '2.0.0' },
        'node_modules/alias': { name: 'real', version: '3.0.0' },
        'node_modules/linked': { link: true, resolved: 'packages/linked' },
        'packages/linked': { version: '0.1.0' },
      },
    };
    assert.deepEqual(versions('package-lock.json', JSON.stringify(modern)), [
      ['@a/b', '1.0.0', '1.0.0'],
      ['@a/b', '2.0.0', '2.0.0'],
      ['real', '3.0.0', '3.0.0'],
    ]);
    const old = { lockfileVersion: 1, dependencies: { a: { version: '1.0.0', dependencies: { b: { version: '2.0.0' } } } } };
    assert.deepEqual(versions('npm-shrinkwrap.json', JSON.stringify(old)), [
      ['a', '1.0.0', '1.0.0'],
      ['b', '2.0.0', '2.0.0'],
    ]);
    assert.deepEqual(versions('package.json', '{"dependencies":{"a":"^1.2.0"},"devDependencies":{"b":"1.2.3"}}'), [
      ['a', undefined, '^1.2.0'],
      ['b', '1.2.3', '1.2.3'],
    ]);
  });

  it('says why a file can’t be read, and knows which files it can read', () => {
    for (const path of ['package-lock.json', 'pyproject.toml', 'uv.lock', 'environment.yml'])
      assert.match(parseDependencies(path, '{"a": [')?.problem ?? '', new RegExp(`^${path} cannot be read: `), path);
    for (const path of ['requirements.txt', 'requirements-dev.txt', 'a/dev-requirements.txt', 'requirements/../requirements.in'])
      assert.ok(isDependencyFile(path), path);
    for (const path of ['node_modules/a/package.json', 'notes.txt', 'myrequirementsdoc.txt']) assert.ok(!isDependencyFile(path), path);
    assert.deepEqual(versions('requirements.txt', '\0\xff'.repeat(100)), []);
  });

  it('orders versions as their ecosystems do', () => {
    const ordered = {
      python: ['1.0.dev1', '1.0a2', '1.0b1', '1.0rc1', '1.0', '1.0.post1', '1.9', '1.10', '2.0.0+cpu', '1!0.1'],
      npm: ['1.0.0-alpha.9', '1.0.0-alpha.10', '1.0.0-rc.1', '1.0.0', '1.9.0', '1.10.0'],
      conda: ['1.0dev', '1.0rc1', '1.0', '1.0post1', '1.9', '1.10', '2024.1'],
    } as const;
    for (const [ecosystem, list] of Object.entries(ordered) as ['python' | 'npm' | 'conda', readonly string[]][]) {
      for (let i = 1; i < list.length; i++) {
        assert.ok(compareVersions(ecosystem, list[i - 1] ?? '', list[i] ?? '') < 0, `${ecosystem}: ${list[i - 1]} < ${list[i]}`);
        assert.ok(compareVersions(ecosystem, list[i] ?? '', list[i - 1] ?? '') > 0);
      }
    }
    assert.equal(compareVersions('python', '1.0', '1.0.0'), 0);
  });

  it('tells what went up or down, came or went', () => {
    assert.deepEqual(
      changes(
        'requirements.txt',
        'a==1.9\nB_c==2.0\nc>=1\nd\ne==1.0\nsame==1\nf @ git+https://h/a\n',
        'a==1.10\nb-c==1.9\nc>=2\nd==1\nSAME==1\nnew\nf @ git+https://h/b\n',
      ),
      [
        ['a', 'up', '1.9', '1.10'],
        ['b-c', 'down', '2.0', '1.9'],
        ['c', 'up', '>=1', '>=2'],
        ['d', 'changed', 'any version', '1'],
        ['e', 'removed', '1.0', undefined],
        ['f', 'changed', 'git+https://h/a', 'git+https://h/b'],
        ['new', 'added', undefined, 'any version'],
      ],
    );
    const lock = (...found: string[]): string =>
      JSON.stringify({ packages: Object.fromEntries(found.map((version, i) => [`node_modules/x${i}/node_modules/a`, { version }])) });
    assert.deepEqual(changes('package-lock.json', lock('1.0.0', '10.0.0', '9.0.0'), lock('10.1.0', '1.0.0')), [
      ['a', 'up', '1.0.0, 9.0.0, 10.0.0', '1.0.0, 10.1.0'],
    ]);
    assert.equal(fileChange('uv.lock', undefined, '').kind, 'added');
  });

  it('finds them anywhere in a repository, since a commit', async () => {
    const repository = new CodeRepository();
    const reader = new CodeReader(() => undefined);
    try {
      repository.commit('sub folder/requirements.txt', 'a==1\n');
      repository.commit('node_modules/x/package.json', '{}');
      repository.commit('notes.txt', 'a==1\n');
      repository.write('sub folder/requirements.txt', 'a==2\n');
      repository.write('node_modules/x/package.json', '{"dependencies":{"b":"1"}}');
      repository.write('notes.txt', 'changed');
      repository.write('uv.lock', '[[package]]\nname = "z"\nversion = "1"\n');
      const dependencies = new DependencyReader(reader);
      assert.deepEqual(
        (await dependencies.changes(repository.root, revision('HEAD'), WORKING_TREE)).map(({ path, kind, packages }) => [
          path,
          kind,
          packages[0]?.kind,
        ]),
        [
          ['sub folder/requirements.txt', 'changed', 'up'],
          ['uv.lock', 'added', 'added'],
        ],
      );
      const paths = async (side: Parameters<DependencyReader['files']>[1]): Promise<string[]> =>
        (await dependencies.files(repository.root, side)).map(({ path }) => path).sort();
      assert.deepEqual(await paths(WORKING_TREE), ['sub folder/requirements.txt', 'uv.lock']);
      assert.deepEqual(await paths(revision('HEAD')), ['sub folder/requirements.txt']);
    } finally {
      reader.dispose();
      repository.dispose();
    }
  });
});
