import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TagName } from '../../src/core/tagNames';
import { openStore } from '../../src/store/sqlite/store';

const run = promisify(execFile);

/** A project whose commits have runs: three commits, a run at the first and one at the third, and a branch that differs. */
export class CodeProject {
  private constructor(
    private readonly above: string,
    readonly folder: string,
  ) {}

  static async make(): Promise<CodeProject> {
    const above = await realpath(await mkdtemp(join(tmpdir(), 'ml-code-')));
    const project = new CodeProject(above, join(above, 'digits'));
    await mkdir(project.folder);
    await project.git('init', '--quiet', '--initial-branch', 'main');
    for (const [key, value] of [
      ['user.name', 'Ada'],
      ['user.email', 'ada@example.org'],
      ['commit.gpgsign', 'false'],
    ] as const)
      await project.git('config', key, value);
    await project.write('.gitignore', '.tracking/\n');
    await project.write('train.py', 'layers = 2\nprint(layers)\n');
    await project.write('params.yaml', 'epochs: 1\nbatch_size: 128\n');
    await project.write('requirements.txt', 'torch==2.1.0\nnumpy==1.26.0\n');
    const first = await project.commit('Begin the project');
    await project.git('branch', 'wider-network');
    await project.write('params.yaml', 'epochs: 5\nbatch_size: 128\n');
    await project.commit('Train longer');
    await project.write('train.py', 'layers = 3\nprint(layers)\n');
    const third = await project.commit('Add a layer');
    await project.git('tag', 'v1');
    await project.git('switch', '--quiet', 'wider-network');
    await project.write('train.py', 'layers = 2\nwidth = 64\nprint(layers)\n');
    await project.commit('Widen the network');
    await project.git('switch', '--quiet', 'main');
    await project.record([
      ['bold-otter-1', first, 0.91],
      ['calm-heron-2', third, 0.97],
    ]);
    return project;
  }

  get store(): string {
    return join(this.folder, '.tracking');
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** What git prints, without the newline at its end. */
  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...args], { cwd: this.folder, timeout: 30_000 });
    return stdout.replace(/\n$/, '');
  }

  private async commit(message: string): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  private async record(runs: readonly (readonly [name: string, commit: string, accuracy: number])[]): Promise<void> {
    const engine = await openStore(this.store, { create: true });
    const experimentId = await engine.experiments.create('digits');
    let startTime = Date.now() - 3_600_000;
    for (const [name, commit, accuracy] of runs) {
      startTime += 600_000;
      const tags = {
        [TagName.gitCommit]: commit,
        [TagName.gitBranch]: 'main',
        [TagName.gitDirty]: 'false',
        [TagName.sourceName]: 'train.py',
        [TagName.commandLine]: `node -e "console.log(\\"trained once more\\")"`,
      };
      const { runId } = await engine.runs.create({ experimentId, name, startTime, tags });
      await engine.runs.logBatch(runId, { metrics: [{ key: 'val_accuracy', value: accuracy, step: 0, timestamp: startTime }] });
      await engine.runs.update(runId, { status: 'FINISHED', endTime: startTime + 60_000 });
    }
    await engine.close();
  }

  async dispose(): Promise<void> {
    await rm(this.above, { recursive: true, force: true, maxRetries: 5 });
  }
}
