import { execFile } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrackingError } from '../core/errors';
import { intoDvcCache, recordFile } from './dvcFiles';
import { DESCRIBE_SCRIPT, PIPELINE_OUT, PIPELINE_SCRIPT, dvcLock, dvcYaml, paramsYaml } from './pipelineFiles';

const TIMEOUT = 60_000;

/** A pipeline with one stage, which makes a table of the training digits: written and run as by `dvc repro`. */
export class DigitsPipeline {
  /** @param inputs the images and their labels, relative to the root, with `/` */
  constructor(
    private readonly root: string,
    private readonly inputs: readonly string[],
    private readonly log: (line: string) => void,
    private readonly signal?: AbortSignal,
  ) {}

  async write(): Promise<void> {
    await writeFile(join(this.root, PIPELINE_SCRIPT), DESCRIBE_SCRIPT);
    await writeFile(join(this.root, 'dvc.yaml'), dvcYaml(this.inputs));
    await appendFile(join(this.root, 'data', '.gitignore'), '/digits.csv\n');
  }

  /** Makes the table of so many digits, and records it. */
  async run(rows: number): Promise<void> {
    await writeFile(join(this.root, 'params.yaml'), paramsYaml(rows));
    await this.describe();
    const [out, ...deps] = await Promise.all([PIPELINE_OUT, PIPELINE_SCRIPT, ...this.inputs].map((path) => recordFile(this.root, path)));
    if (!out) return;
    await intoDvcCache(this.root, join(this.root, PIPELINE_OUT), out.md5);
    await writeFile(join(this.root, 'dvc.lock'), dvcLock(deps, rows, out));
  }

  private describe(): Promise<void> {
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const options = { cwd: this.root, timeout: TIMEOUT, killSignal: 'SIGKILL', signal: this.signal, windowsHide: true } as const;
      const child = execFile(process.execPath, [PIPELINE_SCRIPT], options, (error, _output, problem) => {
        this.log(`node ${PIPELINE_SCRIPT} (pid ${child.pid}): exit ${child.exitCode}, ${Math.round(performance.now() - begin)} ms`);
        if (!error) resolve();
        else if (this.signal?.aborted) reject(new DOMException('Cancelled.', 'AbortError'));
        else reject(new TrackingError('INTERNAL_ERROR', `The digits could not be described: ${problem.trim() || error.message}`));
      });
    });
  }
}
