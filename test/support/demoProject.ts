import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDemo } from '../../src/demo/demoWorkspace';
import { obtainDigits } from '../../src/train/data/source';

/** The demo workspace `digits` in a folder of its own, with real MNIST where MNIST_DIR names it, else with drawn digits. */
export class DemoProject {
  private constructor(
    private readonly above: string,
    readonly folder: string,
  ) {}

  static async make(): Promise<DemoProject> {
    const above = await realpath(await mkdtemp(join(tmpdir(), 'ml-demo-')));
    const folder = join(above, 'digits');
    const data = process.env['MNIST_DIR'];
    const synthetic = { train: 6000, test: 1000, seed: 7 };
    const digits = () => obtainDigits(data ? { data } : { offline: true, cacheFolder: join(above, 'cache'), synthetic });
    await makeDemo({ folder, digits, packageFolder: process.cwd(), log: () => undefined });
    return new DemoProject(above, folder);
  }

  get store(): string {
    return join(this.folder, '.tracking');
  }

  /** Changes settings of configs/cnn.yaml, as a person edits the file before a training. */
  async configure(settings: Readonly<Record<string, string | number>>): Promise<void> {
    const file = join(this.folder, 'configs', 'cnn.yaml');
    let text = await readFile(file, 'utf8');
    for (const [key, value] of Object.entries(settings)) {
      const line = new RegExp(`^${key}:.*$`, 'm');
      text = line.test(text) ? text.replace(line, `${key}: ${value}`) : `${text}${key}: ${value}\n`;
    }
    await writeFile(file, text);
  }

  async dispose(): Promise<void> {
    await rm(this.above, { recursive: true, force: true, maxRetries: 5 });
  }
}
