import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DemoProject } from '../support/demoProject';

const call = promisify(execFile);

describe('The demo workspace to the real dvc', () => {
  let demo: DemoProject;
  const dvc = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, DVC_NO_ANALYTICS: '1', PATH: pathWithNode() };
    return (await call(process.env['DVC_BIN'] ?? 'dvc', args, { cwd: demo.folder, timeout: 120_000, env })).stdout;
  };
  before(async () => {
    demo = await DemoProject.make();
  });
  after(() => demo.dispose());

  it('is up to date', async () => {
    assert.deepEqual(JSON.parse(await dvc('status', '--json')), {});
    assert.deepEqual(JSON.parse(await dvc('data', 'status', '--json')), {});
  }).timeout(120_000);

  it('has a pipeline that gives the same when it is run again, to the byte', async () => {
    await dvc('repro', '--force');
    assert.equal((await call('git', ['-C', demo.folder, 'status', '--porcelain'])).stdout, '');
  }).timeout(120_000);
});

/** The stage calls `node` by its name. */
function pathWithNode(): string {
  const separator = process.platform === 'win32' ? ';' : ':';
  return [process.execPath.replace(/[\\/][^\\/]+$/, ''), process.env['PATH'] ?? ''].join(separator);
}
