import assert from 'node:assert/strict';
import { window, type QuickPickItem } from 'vscode';

const NOTICES = ['showWarningMessage', 'showInformationMessage', 'showErrorMessage'] as const;
type Question = 'showQuickPick' | 'showInputBox' | (typeof NOTICES)[number];

/** What a person says to a question; undefined goes away. A quick pick is answered by the beginning of a label, or by several. */
export type Answer = string | readonly string[] | undefined;

interface Asked {
  readonly question: Question;
  /** The question's own words, with the detail of a dialog and the labels of a quick pick. */
  readonly text: string;
}

/** Stands in for the person at the dialogs, which a test host has not. */
export class Answers {
  readonly asked: Asked[] = [];
  private readonly given = new Map<Question, Answer[]>();
  private readonly real = Object.fromEntries(
    (['showQuickPick', 'showInputBox', ...NOTICES] as const).map((question) => [question, window[question]]),
  );

  constructor() {
    const stub = window as unknown as Record<Question, (...args: unknown[]) => Promise<unknown>>;
    stub.showQuickPick = async (items, options) => this.pick(await (items as Promise<readonly (QuickPickItem | string)[]>), options);
    stub.showInputBox = (options) => {
      const { title = '', prompt = '', value = '' } = options as { title?: string; prompt?: string; value?: string };
      const said = this.next('showInputBox', `${title} ${prompt}`);
      return Promise.resolve(said === '' ? value : said);
    };
    for (const question of NOTICES)
      stub[question] = (message, ...others) => {
        const [first] = others;
        const detail = typeof first === 'object' && first !== null && 'detail' in first ? String(first.detail) : '';
        // A notice that only tells is not a question.
        const buttons = others.filter((each) => typeof each === 'string');
        const said = buttons.length === 0 ? undefined : this.next(question, `${String(message)}\n${detail}`, false);
        if (buttons.length === 0) this.asked.push({ question, text: String(message) });
        if (said !== undefined) assert.ok(buttons.includes(said as string), `there is no button ${String(said)}: ${buttons.join(', ')}`);
        return Promise.resolve(said);
      };
  }

  /** In the order in which it will be asked. */
  will(question: Question, ...answers: readonly Answer[]): this {
    this.given.set(question, [...(this.given.get(question) ?? []), ...answers]);
    return this;
  }

  /** Everything that was said and asked so far. */
  get text(): string {
    return this.asked.map(({ text }) => text).join('\n');
  }

  /** The real questions are back; every answer must have been asked for. */
  end(): void {
    Object.assign(window, this.real);
    for (const [question, left] of this.given) assert.deepEqual(left, [], `${question} was not asked again; asked were: ${this.text}`);
  }

  private next(question: Question, text: string, needed = true): Answer {
    this.asked.push({ question, text });
    const left = this.given.get(question) ?? [];
    assert.ok(left.length > 0 || !needed, `nobody knows what to answer to ${question}: ${text}`);
    return left.shift();
  }

  private pick(items: readonly (QuickPickItem | string)[], options: unknown): unknown {
    const { title = '', canPickMany = false } = (options ?? {}) as { title?: string; canPickMany?: boolean };
    const labels = items.map((item) => (typeof item === 'string' ? item : item.label));
    const said = this.next('showQuickPick', `${title}: ${labels.join(', ')}`);
    const found = [said ?? []].flat().map((wanted) => {
      const at = labels.findIndex((label) => label.replace(/^\$\([\w-]+\) /, '').startsWith(wanted));
      return items[at] ?? assert.fail(`${title} offers no ${wanted}: ${labels.join(', ')}`);
    });
    return canPickMany ? found : found[0];
  }
}
