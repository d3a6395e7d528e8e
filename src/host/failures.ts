import { l10n, window, type LogOutputChannel } from 'vscode';
import { messageOf, TrackingError } from '../core/errors';
import { withoutLinks } from './notices';

/** Tells a person that something went wrong: one line, one action, the details in the log. */
export class Failures {
  constructor(private readonly log: LogOutputChannel) {}

  /** `what` is what was tried, e.g. `Rename the run`. Does not wait for the person. */
  show(what: string, error: unknown): void {
    this.note(what, error);
    const showLog = l10n.t('Show Log');
    void window.showErrorMessage(withoutLinks(l10n.t('{0}: {1}', what, messageOf(error))), showLog).then((choice) => {
      if (choice === showLog) this.log.show(true);
    });
  }

  /** Only in the log: for what a person did not ask for. */
  note(what: string, error: unknown): void {
    // A TrackingError is an answer; anything else is a defect, and its stack is worth having.
    this.log.error(
      `${what}: ${error instanceof Error && !(error instanceof TrackingError) ? (error.stack ?? error.message) : messageOf(error)}`,
    );
  }
}
