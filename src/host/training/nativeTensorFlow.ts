import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { l10n, ProgressLocation, window, type LogOutputChannel } from 'vscode';

/** Nothing that npm downloads or compiles should take longer than this, in milliseconds. */
const TIME_OUT = 30 * 60_000;

/** Installs the native backend into the extension's own storage, when a person asks for it. */
export class NativeTensorFlow {
  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly log: LogOutputChannel,
  ) {}

  /** Rejects with one line when it fails; what npm says is shown as it comes. */
  async install(): Promise<void> {
    const installed = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Installing native TensorFlow'), cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return this.run(abort.signal, (message) => progress.report({ message }));
      },
    );
    if (installed) void window.showInformationMessage(l10n.t('Native TensorFlow is installed. Trainings use it from now on.'));
  }

  /** @returns false when it was cancelled. */
  private run(signal: AbortSignal, say: (line: string) => void): Promise<boolean> {
    const began = Date.now();
    const args = [this.program, 'backend', 'install', 'tfjs-node', '--into', this.folder];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.log.info(`[${child.pid}] ml-tracking ${args.slice(1).join(' ')}`);
    let last = '';
    const hear = (line: string): void => {
      const text = stripVTControlCharacters(line).trim();
      if (text === '') return;
      last = text;
      this.log.info(`[${child.pid}] ${text}`);
      // npm's warnings are for its log.
      if (!/^npm (warn|notice)/.test(text)) say(text.length > 100 ? `${text.slice(0, 99)}…` : text);
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', hear);
    return new Promise((resolve, reject) => {
      const stop = (): void => void child.kill('SIGTERM');
      const timer = setTimeout(stop, TIME_OUT);
      signal.addEventListener('abort', stop, { once: true });
      child.on('error', reject);
      child.on('close', (code, by) => {
        clearTimeout(timer);
        this.log.info(`[${child.pid}] ended with ${code ?? by} after ${Math.round((Date.now() - began) / 1000)} s`);
        if (code === 0) resolve(true);
        else if (signal.aborted) resolve(false);
        else reject(new Error(last || l10n.t('It ended with {0}.', String(code ?? by))));
      });
    });
  }
}
