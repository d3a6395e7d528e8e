import { ProgressLocation, window } from 'vscode';

/** Milliseconds after which a person wants to know what is going on. */
const PATIENCE = 800;

/** What work that may take long is given. */
export interface WorkControl {
  /** Aborted when the person stops it. */
  readonly signal: AbortSignal;
  /** Says how far it is. */
  readonly step: (message: string) => void;
}

/**
 * Does what may take long. A notification with its progress, and a way to stop it, comes only when it does: one that comes and goes disturbs,
 * and of four notifications within 0.8 s VS Code does not show the last, which says what was done.
 *
 * @returns undefined when the person stopped it
 */
export async function longWork<T>(title: string, work: (control: WorkControl) => Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  let message = '';
  let report: (() => void) | undefined;
  const working = work({
    signal: stop.signal,
    step: (text) => {
      if (text === message) return;
      message = text;
      report?.();
    },
  });
  const ended = working.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    void window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
      token.onCancellationRequested(() => stop.abort());
      report = () => progress.report({ message });
      if (message !== '') report();
      return ended;
    });
  }, PATIENCE);
  try {
    return await working;
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
