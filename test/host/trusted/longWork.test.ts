import assert from 'node:assert/strict';
import { CancellationTokenSource, window, type Progress } from 'vscode';
import { longWork, type WorkControl } from '../../../src/host/longWork';

type Report = Parameters<Progress<{ message?: string }>['report']>[0];

/** Stands in for the editor's notification, which a test can't read: tells when it comes, what it shows, and lets it be cancelled. */
class Notifications {
  readonly shown: string[] = [];
  readonly reports: Report[] = [];
  readonly stop = new CancellationTokenSource();
  private readonly original = window.withProgress;
  private come: () => void = () => undefined;
  readonly came = new Promise<void>((resolve) => (this.come = resolve));
  ended: Thenable<unknown> | undefined;

  constructor() {
    window.withProgress = ({ title }, task) => {
      this.shown.push(title ?? '');
      const running = task({ report: (value) => this.reports.push(value) }, this.stop.token);
      this.ended = running;
      this.come();
      return running;
    };
  }

  restore(): void {
    window.withProgress = this.original;
    this.stop.dispose();
  }
}

describe('work that may take long', () => {
  let notifications: Notifications;
  beforeEach(() => (notifications = new Notifications()));
  afterEach(() => notifications.restore());

  it('says nothing of what is done at once', async () => {
    assert.equal(await longWork('Quick', () => Promise.resolve(3)), 3);
    await assert.rejects(
      longWork('Quick', () => Promise.reject(new Error('no such file'))),
      /no such file/,
    );
    let end: () => void = () => undefined;
    const later = longWork('Slow', () => new Promise<void>((resolve) => (end = resolve)));
    await notifications.came;
    end();
    await later;
    assert.deepEqual(notifications.shown, ['Slow'], 'by then that of the quick ones would have come');
  });

  it('shows what was said last before it came, and what is said afterwards, each once', async () => {
    let end: () => void = () => undefined;
    const done = longWork('Slow', async ({ step }) => {
      step('1 of 3');
      step('2 of 3');
      await notifications.came;
      step('3 of 3');
      step('3 of 3');
      await new Promise<void>((resolve) => (end = resolve));
      return 'done';
    });
    await notifications.came;
    await new Promise(setImmediate);
    end();
    assert.equal(await done, 'done');
    await notifications.ended;
    assert.deepEqual(
      notifications.reports.map(({ message }) => message),
      ['2 of 3', '3 of 3'],
    );
  });

  it('is nothing where the person stops it, whatever it fails with then', async () => {
    const ended = ({ signal }: WorkControl): Promise<string> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('the program was ended'))));
    const done = longWork('Slow', ended);
    await notifications.came;
    notifications.stop.cancel();
    assert.equal(await done, undefined);
    await notifications.ended;
  });
});
