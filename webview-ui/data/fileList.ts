import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ChangedFile, FileChangeKind, FileCounts } from '../../src/protocol/data';
import { visible } from '../../src/core/visibleText';
import { base } from '../styles';
import { rowWindow } from '../virtualRows';
import { selectFiles } from './fileSelection';
import { sides } from './sides';

const ROW = 24;
const KINDS: readonly FileChangeKind[] = ['changed', 'added', 'removed', 'renamed'];
const ICONS: Readonly<Record<FileChangeKind, string>> = {
  changed: 'diff-modified',
  added: 'diff-added',
  removed: 'diff-removed',
  renamed: 'diff-renamed',
};

/** The files of a folder that differ, however many: only those in sight are rendered. A changed one can be looked into. */
@customElement('file-list')
export class FileList extends LitElement {
  static override styles = [
    base,
    sides,
    css`
      :host {
        display: block;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
        margin-bottom: 8px;
      }
      .kind {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        height: 24px;
        padding: 0 9px;
        border: 1px solid var(--edge);
        border-radius: 12px;
      }
      .kind[aria-pressed='true'] {
        background: var(--vscode-inputOption-activeBackground);
        border-color: var(--vscode-inputOption-activeBorder, var(--edge));
        color: var(--vscode-inputOption-activeForeground, inherit);
      }
      .kind:disabled {
        opacity: 0.55;
        cursor: default;
      }
      vscode-textfield {
        flex: 1;
        min-width: 120px;
        max-width: 280px;
        margin-left: auto;
      }
      .list {
        max-height: 312px;
        overflow: auto;
        border: 1px solid var(--edge);
        border-radius: 6px;
      }
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        height: 24px;
        padding: 0 10px;
        text-align: left;
        white-space: nowrap;
      }
      button.row:hover {
        background: var(--vscode-list-hoverBackground, var(--hover));
      }
      button.row .look {
        visibility: hidden;
        margin-left: auto;
        color: var(--vscode-textLink-foreground);
      }
      button.row:hover .look,
      button.row:focus-visible .look {
        visibility: visible;
      }
      .changed {
        --vscode-icon-foreground: var(--vscode-gitDecoration-modifiedResourceForeground);
      }
      .added {
        --vscode-icon-foreground: var(--vscode-gitDecoration-addedResourceForeground);
      }
      .removed {
        --vscode-icon-foreground: var(--vscode-gitDecoration-deletedResourceForeground);
      }
      .renamed {
        --vscode-icon-foreground: var(--vscode-gitDecoration-renamedResourceForeground);
      }
      .removed .path {
        text-decoration: line-through;
        text-decoration-color: var(--muted);
      }
      .none {
        padding: 10px 12px;
      }
    `,
  ];

  @property({ attribute: false }) files: readonly ChangedFile[] = [];
  @property({ attribute: false }) counts!: FileCounts;
  /** How many have come by now: the list itself stays the same one. */
  @property({ type: Number }) known = 0;
  /** By path, a few words on what differs within. */
  @property({ attribute: false }) summaries: ReadonlyMap<string, string> = new Map();
  @state() private filter = '';
  @state() private kinds: ReadonlySet<FileChangeKind> = new Set(KINDS);
  @state() private top = 0;

  protected override render() {
    const shown = selectFiles(this.files, this.kinds, this.filter);
    const part = rowWindow(shown.length, ROW, this.top, 312);
    const differing = KINDS.reduce((sum, kind) => sum + this.counts[kind], 0);
    return html`<div class="bar">
        ${KINDS.map(
          (kind) =>
            html`<button
              class="kind ${kind}"
              data-kind=${kind}
              ?disabled=${this.counts[kind] === 0}
              aria-pressed=${String(this.kinds.size < KINDS.length && this.kinds.has(kind))}
              @click=${() => this.toggle(kind)}
            >
              <vscode-icon name=${ICONS[kind]}></vscode-icon><span class="number">${this.counts[kind].toLocaleString('en-US')}</span>${kind}
            </button>`,
        )}
        <span class="muted number">${this.counts.unchanged.toLocaleString('en-US')} unchanged</span>
        <vscode-textfield
          placeholder="Filter files"
          aria-label="Filter files"
          .value=${this.filter}
          @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)}
        ></vscode-textfield>
      </div>
      <div
        class="list"
        role="list"
        aria-label="Files that differ"
        data-testid="files"
        tabindex=${shown.length > 12 ? 0 : nothing}
        @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}
      >
        <div .style=${`height: ${part.above}px`}></div>
        ${shown.slice(part.from, part.to).map((file, index) => this.row(file, part.from + index, shown.length))}
        <div .style=${`height: ${part.below}px`}></div>
        ${
          this.files.length < differing && part.to >= shown.length
            ? html`<div class="none muted">The first ${this.files.length.toLocaleString('en-US')} are listed.</div>`
            : nothing
        }
        ${shown.length === 0 ? html`<div class="none muted">${this.files.length === 0 ? 'No file differs.' : 'Nothing matches.'}</div>` : nothing}
      </div>`;
  }

  private row(file: ChangedFile, index: number, total: number): TemplateResult {
    const { kind, path, from } = file;
    const shown = visible(path);
    const text = html`<vscode-icon name=${ICONS[kind]}></vscode-icon><span class="unseen">${kind}: </span
      ><span class="path ellipsis" title=${shown}
        >${from === undefined ? shown : html`<span class="muted">${visible(from)} →</span> ${shown}`}</span
      >`;
    const place = { position: index + 1, total };
    return html`<div role="listitem" aria-posinset=${place.position} aria-setsize=${place.total}>
      ${
        kind === 'changed'
          ? html`<button class="row ${kind}" data-file=${path} @click=${() => this.look(path)}>
              ${text}<span class="muted number">${this.summaries.get(path)}</span><span class="look">Compare content</span>
            </button>`
          : html`<div class="row ${kind}" data-file=${path}>${text}</div>`
      }
    </div>`;
  }

  private toggle(kind: FileChangeKind): void {
    const all = this.kinds.size === KINDS.length;
    // The first click on one of all means that one alone.
    const next = all ? new Set([kind]) : new Set(this.kinds);
    if (!all && !next.delete(kind)) next.add(kind);
    this.kinds = next.size === 0 ? new Set(KINDS) : next;
    this.top = 0;
  }

  private look(path: string): void {
    this.dispatchEvent(new CustomEvent('look', { detail: path, bubbles: true, composed: true }));
  }
}
