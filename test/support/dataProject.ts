import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import type { Dataset } from '../../src/core/dataset';
import { TagName } from '../../src/core/tagNames';
import { openStore } from '../../src/store/sqlite/store';

const run = promisify(execFile);

/** What the stage does: keeps the rows above a threshold. */
const PREPARE = `import { readFileSync, writeFileSync } from 'node:fs';
const least = Number(/least: (\\d+)/.exec(readFileSync('params.yaml', 'utf8'))[1]);
const [head, ...rows] = readFileSync('data/train.csv', 'utf8').trim().split('\\n');
writeFileSync('data/prepared.csv', [head, ...rows.filter((row) => Number(row.split(',')[0]) >= least)].join('\\n') + '\\n');
`;

/**
 * A project that the real dvc has made: a table in two versions, a folder of images, a stage that prepares the table, everything pushed to
 * a folder as remote; each version of the table was used by a run.
 */
export class DataProject {
  private constructor(
    private readonly above: string,
    readonly folder: string,
    private readonly program: string,
  ) {}

  /** @param program the dvc program */
  static async make(program: string): Promise<DataProject> {
    const above = await realpath(await mkdtemp(join(tmpdir(), 'ml-data-')));
    const project = new DataProject(above, join(above, 'digits'), program);
    await mkdir(project.folder);
    await project.git('init', '--quiet', '--initial-branch', 'main');
    for (const [key, value] of [
      ['user.name', 'Ada'],
      ['user.email', 'ada@example.org'],
      ['commit.gpgsign', 'false'],
    ] as const)
      await project.git('config', key, value);
    await project.dvc('init', '--quiet');
    await project.dvc('remote', 'add', '--quiet', '--default', 'store', project.remote);
    await project.write('.gitignore', '.tracking/\n.venv\n');
    await project.write('.dvcignore', '.venv\n');
    await project.write('data/train.csv', table(300));
    for (const [index, kind] of ['circle', 'square'].entries())
      for (let i = 0; i < 6; i++) await project.write(`data/shapes/${kind}/${i}.png`, picture(index === 0, i));
    await project.dvc('add', '--quiet', 'data/train.csv', 'data/shapes');
    const first = await project.commit('Track the data');
    await project.write('data/train.csv', table(420));
    await project.dvc('add', '--quiet', 'data/train.csv');
    await project.write('params.yaml', 'least: 20\n');
    await project.write('prepare.mjs', PREPARE);
    await project.write(
      'dvc.yaml',
      [
        'stages:',
        '  prepare:',
        '    cmd: node prepare.mjs',
        '    deps: [prepare.mjs, data/train.csv]',
        '    params: [least]',
        '    outs: [data/prepared.csv]',
        '',
      ].join('\n'),
    );
    await project.dvc('repro', '--quiet');
    const second = await project.commit('Collect more rows, and prepare them');
    await project.git('tag', 'v1');
    await project.dvc('push', '--quiet', '--all-commits');
    await project.record([
      ['bold-otter-1', first, table(300), 0.91],
      ['calm-heron-2', second, table(420), 0.97],
    ]);
    return project;
  }

  /** Puts the program where a Python environment of the folder's own would have it. */
  async install(): Promise<void> {
    await symlink(dirname(dirname(this.program)), join(this.folder, '.venv'), 'junction');
  }

  get remote(): string {
    return join(this.above, 'remote');
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Empty where there is no file, as for a moment while dvc replaces it. */
  async read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8').catch(() => '');
  }

  async bytes(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path));
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.folder, path), { recursive: true, force: true });
  }

  /** What git prints, without the newline at its end. */
  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...args], { cwd: this.folder, timeout: 30_000 });
    return stdout.replace(/\n$/, '');
  }

  async dvc(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(this.above, 'site') };
    const { stdout } = await run(this.program, [...args], { cwd: this.folder, timeout: 120_000, env });
    return stdout.trim();
  }

  async commit(message: string): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  private async record(runs: readonly (readonly [name: string, commit: string, data: string, accuracy: number])[]): Promise<void> {
    const engine = await openStore(join(this.folder, '.tracking'), { create: true });
    const experimentId = await engine.experiments.create('digits');
    let startTime = Date.now() - 3_600_000;
    for (const [name, commit, data, accuracy] of runs) {
      startTime += 600_000;
      const tags = { [TagName.gitCommit]: commit, [TagName.gitBranch]: 'main', [TagName.gitDirty]: 'false' };
      const { runId } = await engine.runs.create({ experimentId, name, startTime, tags });
      await engine.runs.logBatch(runId, { metrics: [{ key: 'val_accuracy', value: accuracy, step: 0, timestamp: startTime }] });
      await engine.runs.logInputs(runId, [{ dataset: datasetOf('data/train.csv', data), tags: { 'mlflow.data.context': 'train' } }]);
      await engine.runs.update(runId, { status: 'FINISHED', endTime: startTime + 60_000 });
    }
    await engine.close();
  }

  async dispose(): Promise<void> {
    await rm(this.above, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As autologging describes a file that DVC tracks. */
function datasetOf(path: string, content: string): Dataset {
  return {
    name: 'train.csv',
    digest: createHash('md5').update(content).digest('hex'),
    sourceType: 'dvc',
    source: JSON.stringify({ uri: path, dvc: [`${path}.dvc`] }),
    schema: undefined,
    profile: undefined,
  };
}

/** A table of so many rows: `size,weight,kind`. */
export function table(rows: number): string {
  const kinds = ['circle', 'square', 'star'];
  const lines = Array.from({ length: rows }, (_, i) => `${i % 97},${((i * 7) % 31) / 10},${kinds[i % (rows > 350 ? 3 : 2)]}`);
  return `size,weight,kind\n${lines.join('\n')}\n`;
}

function picture(round: boolean, shift: number): Buffer {
  const side = 24;
  const png = new PNG({ width: side, height: side });
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [dx, dy] = [x - 8 - shift, y - 12];
      const inside = round ? dx * dx + dy * dy < 36 : Math.max(Math.abs(dx), Math.abs(dy)) < 6;
      png.data.set([inside ? 40 * shift : 240, inside ? 90 : 240, inside ? 200 : 240, 255], (y * side + x) * 4);
    }
  return PNG.sync.write(png);
}
