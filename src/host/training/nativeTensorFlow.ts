import { homedir } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { l10n, ProgressLocation, window, type LogOutputChannel } from 'vscode';
import { LineSplitter } from '../../processes/lineSplitter';
import { ProcessGroups } from '../../processes/processGroups';
import { SAFE_POINT } from '../../processes/processRequest';

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
  private async run(signal: AbortSignal, say: (line: string) => void): Promise<boolean> {
    const args = [this.program, 'backend', 'install', 'tfjs-node', '--into', this.folder];
    let last = '';
    const hear = (line: string): void => {
      const text = stripVTControlCharacters(line).trim();
      if (text === '') return;
      last = text;
      this.log.info(`ml-tracking backend install: ${text}`);
      // npm's warnings are for its log.
      if (!/^npm (warn|notice)/.test(text)) say(text.length > 100 ? `${text.slice(0, 99)}…` : text);
    };
    const [output, errors] = [new LineSplitter(hear), new LineSplitter(hear)];
    const end = await new ProcessGroups((line) => this.log.info(line)).run({
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', ...args],
      folder: homedir(),
      environment: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      title: `ml-tracking ${args.slice(1).join(' ')}`,
      signal,
      timeout: TIME_OUT,
      // It ends npm, and takes away what is half there.
      ending: SAFE_POINT,
      onOutput: (chunk) => output.push(chunk),
      onErrors: (chunk) => errors.push(chunk),
    });
    output.end();
    errors.end();
    if (end.code === 0) return true;
    if (signal.aborted) return false;
    throw new Error(last || l10n.t('It ended with {0}.', String(end.code ?? end.signal)));
  }
}
