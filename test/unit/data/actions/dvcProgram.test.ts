import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DvcError } from '../../../../src/data/actions/dvcError';
import { DvcProgram, type DvcHints } from '../../../../src/data/actions/dvcProgram';

describe('finding dvc', () => {
  const windows = process.platform === 'win32';
  const bin = windows ? 'Scripts' : 'bin';
  const exe = windows ? '.exe' : '';
  let above = '';
  /** By program, the version that it tells; a program that isn't here fails. */
  const versions = new Map<string, string>();
  const asked: string[] = [];

  beforeEach(() => {
    above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-find-')));
    versions.clear();
    asked.length = 0;
  });
  afterEach(() => rmSync(above, { recursive: true, force: true }));

  function program(path: string, version?: string): string {
    const file = join(above, ...path.split('/')) + exe;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, 0o755);
    if (version !== undefined) versions.set(file, version);
    return file;
  }

  function finder(hints: Partial<DvcHints>, path: readonly string[] = []): DvcProgram {
    const machine = { platform: process.platform, environment: { PATH: path.map((folder) => join(above, folder)).join(delimiter) } };
    const ask = async (command: string, args: readonly string[]): Promise<string> => {
      asked.push([command, ...args].join(' '));
      const version = versions.get(command);
      if (version === undefined) throw new Error('No module named dvc');
      return version;
    };
    return new DvcProgram(() => Promise.resolve({ path: undefined, python: undefined, folders: [], ...hints }), ask, machine);
  }

  const failure = async (finding: Promise<unknown>): Promise<DvcError> =>
    finding.then(
      () => assert.fail('it was found'),
      (error: unknown) => (error instanceof DvcError ? error : assert.fail(String(error))),
    );

  it('takes the setting’s, and nothing else', async () => {
    const named = program('own/dvc', '3.60.0');
    program('path/dvc', '3.67.1');
    assert.equal((await finder({ path: named }, ['path']).of(above)).command, named);
    const error = await failure(finder({ path: join(above, 'not', 'there') }, ['path']).of(above));
    assert.deepEqual([error.reason, /mlTracking\.dvc\.path/.test(error.message)], ['not installed', true]);
  });

  it('goes from the chosen interpreter over the folder’s environment to the PATH', async () => {
    const onPath = program('path/dvc', '3.67.1');
    assert.equal((await finder({}, ['path']).of(above)).command, onPath);
    const own = program(`work/.venv/${bin}/dvc`, '3.50.0');
    const found = await finder({ folders: [join(above, 'work')] }, ['path']).of(above);
    assert.deepEqual(found, { command: own, args: [], programs: dirname(own), version: '3.50.0' });
    const python = program(`env/${bin}/python`, '3.40.0');
    const chosen = await finder({ python, folders: [join(above, 'work')] }, ['path']).of(above);
    assert.deepEqual([chosen.command, chosen.args], [python, ['-m', 'dvc']]);
    const beside = program(`env/${bin}/dvc`, '3.41.0');
    assert.deepEqual((await finder({ python }, ['path']).of(above)).command, beside);
  });

  it('passes over one that does not work or is too old', async () => {
    const python = program(`env/${bin}/python`);
    program(`work/.venv/${bin}/dvc`, '2.58.2');
    const onPath = program('path/dvc', '3.33.0');
    assert.equal((await finder({ python, folders: [join(above, 'work')] }, ['path']).of(above)).command, onPath);
  });

  it('says what to do when there is none, or only old ones', async () => {
    const none = await failure(finder({}, ['path', 'relative/..']).of(above));
    assert.deepEqual([none.reason, /pip install dvc/.test(none.message)], ['not installed', true]);
    assert.match(none.message, /set mlTracking\.dvc\.path in your user settings \(it is ignored in those of a workspace\)\.$/);
    const remote = await failure(finder({ isRemote: true }).of(above));
    assert.match(remote.message, /in the settings of the remote machine \(Preferences: Open Remote Settings; it is ignored in your user/);
    program('path/dvc', '3.9.1');
    const old = await failure(finder({}, ['path']).of(above));
    assert.equal(old.reason, 'too old');
    assert.match(old.message, /^DVC 3\.9\.1 .* 3\.33\.0 or newer is needed\. Run: pip install --upgrade/);
  });

  it('asks once, and looks again where it found nothing or was told to', async () => {
    const finding = finder({}, ['path']);
    await failure(finding.of(above));
    const onPath = program('path/dvc', '3.67.1');
    assert.equal((await finding.of(above)).command, onPath);
    await finding.of(above);
    assert.equal(asked.length, 1);
    finding.forget();
    await finding.of(above);
    assert.equal(asked.length, 2);
  });

  it('goes on for those who wait when another turns away, and stops with the last', async () => {
    program('path/dvc', '3.67.1');
    const stopped: unknown[] = [];
    let answer = (version: string): void => assert.fail(version);
    let wasAsked = (): void => undefined;
    const ask = (_command: string, _args: readonly string[], signal?: AbortSignal): Promise<string> =>
      new Promise((resolve, reject) => {
        answer = resolve;
        signal?.addEventListener('abort', () => (stopped.push(signal.reason), reject(new Error('stopped'))));
        wasAsked();
      });
    const machine = { platform: process.platform, environment: { PATH: join(above, 'path') } };
    const finding = new DvcProgram(() => Promise.resolve({ path: undefined, python: undefined, folders: [] }), ask, machine);
    const asking = (): Promise<void> => new Promise((resolve) => (wasAsked = resolve));
    const [one, other, last] = [new AbortController(), new AbortController(), new AbortController()];
    const begun = asking();
    const [first, second] = [finding.of(above, one.signal), finding.of(above, other.signal)];
    await begun;
    one.abort(new Error('turned away'));
    await assert.rejects(first, /turned away/);
    assert.deepEqual(stopped, []);
    answer('3.67.1');
    assert.equal((await second).version, '3.67.1');
    finding.forget();
    const again = asking();
    const third = finding.of(above, last.signal);
    await again;
    last.abort(new Error('turned away too'));
    await assert.rejects(third, /turned away too/);
    assert.equal(stopped.length, 1);
  });
});
