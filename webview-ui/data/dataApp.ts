import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatBytes } from '../../src/core/format';
import { visible } from '../../src/core/visibleText';
import type { DataReport } from '../../src/protocol/data';
import { base } from '../styles';
import './classBars';
import './columnTable';
import type { DataModel } from './dataModel';
import './fileList';
import { facts } from './factStyles';
import { factTable } from './factTable';
import { headline, plural } from './headline';
import { histogramPicture } from './histogramPicture';
import './imageGrid';
import { sides } from './sides';

/** The whole page: what is compared, what differs in a sentence, and then everything in sections. */
@customElement('data-app')
export class DataApp extends LitElement {
  static override styles = [
    base,
    sides,
    facts,
    css`
      :host {
        display: block;
        min-height: 100vh;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 10;
        padding: 10px 16px;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--line);
      }
      @media (max-height: 480px) {
        header {
          position: static;
        }
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 6px;
        margin: 0;
        font-size: 15px;
        font-weight: 600;
        min-width: 0;
      }
      h1 .within {
        font-weight: normal;
      }
      .versions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-top: 5px;
      }
      .version {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        max-width: 100%;
      }
      .says {
        color: var(--muted);
        margin-left: auto;
      }
      .progress {
        height: 2px;
        margin: 8px -16px -11px;
        overflow: hidden;
      }
      .progress div {
        height: 100%;
        background: var(--vscode-progressBar-background);
        transition: width 0.2s;
      }
      main {
        max-width: 1400px;
        padding: 0 16px 40px;
      }
      .whole {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 10px;
        min-height: 60vh;
        padding: 24px;
        text-align: center;
      }
      .whole p {
        margin: 0;
        max-width: 60ch;
        line-height: 1.5;
        overflow-wrap: anywhere;
      }
      .whole strong {
        font-size: 15px;
        font-weight: 600;
      }
      .lacking {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 10px;
        padding: 9px 12px;
        line-height: 1.4;
        border: 1px solid var(--edge);
        border-radius: 6px;
      }
      .lacking span {
        flex: 1 1 260px;
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        gap: 10px;
        align-items: center;
      }
      .link {
        color: var(--vscode-textLink-foreground);
      }
      .link:hover {
        text-decoration: underline;
      }
      .notes {
        margin: 0;
        padding-left: 18px;
        line-height: 1.6;
      }
      .values svg {
        display: block;
        width: min(100%, 460px);
        height: 84px;
        border-bottom: 1px solid var(--line);
      }
      .parts {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .parts button {
        display: flex;
        gap: 12px;
        width: 100%;
        padding: 4px 8px;
        border-radius: 4px;
        text-align: left;
      }
      .parts button:hover {
        background: var(--vscode-list-hoverBackground, var(--hover));
      }
    `,
  ];

  @property({ attribute: false }) model!: DataModel;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.model.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  protected override render() {
    const { subject, phase } = this.model;
    if (!subject) return whole('loading', 'Reading…', nothing, nothing);
    return html`${this.head()}
      <main>${phase === 'shown' ? this.content() : this.waiting()}</main>`;
  }

  private head(): TemplateResult {
    const { subject, inside, report, counts, isComparison } = this.model;
    const [first, second] = subject!.sides;
    const says = report ? headline(report, counts) : [];
    return html`<header>
      <h1>
        ${
          inside === undefined
            ? nothing
            : html`<button
                class="icon"
                title="Back to the folder"
                aria-label="Back to the folder"
                data-action="back"
                @click=${() => this.look(undefined)}
              >
                <vscode-icon name="arrow-left"></vscode-icon>
              </button>`
        }
        <span class="ellipsis" title=${visible(subject!.label)}
          >${visible(subject!.label)}${inside === undefined ? nothing : html`<span class="within muted"> / ${visible(inside)}</span>`}</span
        >
      </h1>
      <div class="versions">
        <span class="version"
          >${isComparison ? html`<span class="mark before"></span>` : html`<vscode-icon name="git-commit"></vscode-icon>`}<span
            class="ellipsis"
            title=${visible(first.name)}
            >${visible(first.name)}</span
          ></span
        >
        ${
          second
            ? html`<button
                  class="icon"
                  title="Swap the versions"
                  aria-label="Swap the versions"
                  data-action="swap"
                  @click=${() => this.model.post({ type: 'swap' })}
                >
                  <vscode-icon name="arrow-swap"></vscode-icon></button
                ><span class="version"
                  ><span class="mark"></span><span class="ellipsis" title=${visible(second.name)}>${visible(second.name)}</span></span
                >`
            : nothing
        }
        ${isComparison && report ? html`<span class="says" role="status" data-testid="headline">${says.length > 0 ? says.join(' · ') : report.isSame ? 'No differences' : 'Small differences'}</span>` : nothing}
      </div>
      ${this.bar()}
    </header>`;
  }

  private bar(): TemplateResult | typeof nothing {
    const { phase, progress } = this.model;
    if (phase !== 'loading' || !progress) return nothing;
    const share = progress.total > 0 ? Math.min(1, progress.bytes / progress.total) : 0;
    return html`<div class="progress" aria-hidden="true"><div .style=${`width: ${(share * 100).toFixed(1)}%`}></div></div>`;
  }

  private waiting(): TemplateResult {
    const { phase, progress, failure } = this.model;
    const retry = html`<vscode-button @click=${() => this.model.post({ type: 'ready' })}>Read Again</vscode-button>`;
    if (phase === 'failed') {
      const actions = html`<div class="actions">
        ${failure?.fetch ? html`<vscode-button data-action="fetch" @click=${() => this.model.post({ type: 'fetch' })}>Fetch</vscode-button>` : nothing}${
          failure?.fetch ? html`<button class="link" @click=${() => this.model.post({ type: 'ready' })}>Read again</button>` : retry
        }
        <button class="link" @click=${() => this.model.post({ type: 'showLog' })}>Show log</button>
      </div>`;
      return whole(
        failure?.fetch ? 'cloud-download' : 'error',
        failure?.fetch ? 'The content is not here' : 'The data cannot be shown',
        visible(failure?.message ?? ''),
        actions,
      );
    }
    if (phase === 'stopped') return whole('debug-pause', 'Reading was cancelled', nothing, retry);
    const text = progress
      ? html`<span class="number">${visible(progress.file)} · ${formatBytes(progress.bytes)} of ${formatBytes(progress.total)}</span>`
      : 'Looking for the versions…';
    const cancel = html`<vscode-button secondary data-action="cancel" @click=${() => this.model.post({ type: 'cancel' })}
      >Cancel</vscode-button
    >`;
    return whole('loading', 'Reading the data', text, cancel);
  }

  private content(): TemplateResult {
    const { report, counts, files, subject, isComparison } = this.model;
    const names = subject!.sides.map(({ name }) => name);
    const { columns, balance, values, parts, notes, problems, problemCount } = report!;
    return html`${isComparison && report!.isSame ? html`<section class="same" role="status" data-testid="same"><vscode-icon name="pass"></vscode-icon>Both versions have the same content.</section>` : nothing}
    ${this.lacking()} ${factTable(report!, names)}
    ${
      counts
        ? html`<section>
            <h2>Files</h2>
            <file-list
              .files=${files}
              .counts=${counts}
              .known=${files.length}
              .summaries=${new Map(parts.map(({ path, summary }) => [path, summary]))}
              @look=${(event: CustomEvent<string>) => this.look(event.detail)}
            ></file-list>
          </section>`
        : nothing
    }
    ${this.pictures(report!, names)}
    ${
      balance && balance.classes.length > 0
        ? html`<section>
            <h2>Class balance <span class="aside">${balance.from === 'folders' ? 'by folder' : `by ${visible(balance.from)}`}</span></h2>
            <class-bars .balance=${balance} ?paired=${isComparison}></class-bars>
          </section>`
        : nothing
    }
    ${
      values
        ? html`<section class="values">
            <h2>${report!.valuesAre === 'pixels' ? 'Pixel values' : 'Values'}</h2>
            ${histogramPicture(values, isComparison ? 'histogram' : 'histogram single')}
          </section>`
        : nothing
    }
    ${
      columns.length > 0
        ? html`<section>
            <h2>Columns <span class="count number">${columns.length.toLocaleString('en-US')}</span></h2>
            <column-table .columns=${columns} ?paired=${isComparison}></column-table>
          </section>`
        : nothing
    }
    ${
      parts.length > 0 && !counts
        ? html`<section>
            <h2>Data files</h2>
            <ul class="parts">
              ${parts.map(
                ({ path, summary }) =>
                  html`<li>
                    <button data-part=${path} @click=${() => this.look(path)}>
                      <span class="ellipsis">${visible(path)}</span><span class="muted number">${summary}</span>
                    </button>
                  </li>`,
              )}
            </ul>
          </section>`
        : nothing
    }
    ${
      problems.length > 0
        ? html`<section>
            <h2>Problems <span class="count number">${problemCount.toLocaleString('en-US')}</span></h2>
            <ul class="notes">
              ${problems.map((problem) => html`<li>${visible(problem)}</li>`)}
            </ul>
          </section>`
        : nothing
    }
    ${
      notes.length > 0
        ? html`<section>
            <h2>Notes</h2>
            <ul class="notes muted">
              ${notes.map((note) => html`<li>${visible(note)}</li>`)}
            </ul>
          </section>`
        : nothing
    }`;
  }

  /** What of the content isn't here, and how to have it. */
  private lacking(): TemplateResult | typeof nothing {
    const { report, subject, isComparison } = this.model;
    const { before, after } = report?.lacking ?? {};
    const [first, second] = subject!.sides;
    const of = (count: number | undefined, name: string): string[] =>
      count === undefined ? [] : [`${plural(count, 'file')}${isComparison ? ` of ${visible(name)}` : ''}`];
    const what = [...of(before, first.name), ...of(after, (second ?? first).name)];
    if (what.length === 0) return nothing;
    return html`<section class="lacking" role="status" data-testid="lacking">
      <vscode-icon name="cloud-download"></vscode-icon>
      <span
        >The content of ${what.join(' and ')} is not in the cache.
        ${isComparison ? 'Files are compared by name and hash, not by what is in them.' : 'What follows is of the other files.'}</span
      >
      <vscode-button data-action="fetch" @click=${() => this.model.post({ type: 'fetch' })}>Fetch</vscode-button>
    </section>`;
  }

  private pictures({ hasImages }: DataReport, names: readonly string[]): TemplateResult | typeof nothing {
    const { samples, changes, imagesFailure, awaitsImages } = this.model;
    if (!hasImages) return nothing;
    return html`<section>
      <h2>Images</h2>
      ${imagesFailure === undefined ? nothing : html`<p class="muted">The images cannot be shown: ${imagesFailure}</p>`}
      ${awaitsImages && !changes ? html`<p class="muted" role="status">Reading the images…</p>` : nothing}
      <image-grid .samples=${samples} .changes=${changes} .names=${names}></image-grid>
    </section>`;
  }

  private look(inside: string | undefined): void {
    this.model.post({ type: 'narrow', inside });
  }
}

function whole(icon: string, title: string, text: unknown, actions: unknown): TemplateResult {
  return html`<div class="whole" role="status">
    <vscode-icon name=${icon} size="32" ?spin=${icon === 'loading'}></vscode-icon><strong>${title}</strong>
    ${text === nothing ? nothing : html`<p class="muted">${text}</p>`}${actions}
  </div>`;
}
