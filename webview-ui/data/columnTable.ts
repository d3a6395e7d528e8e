import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatEnd, formatNumber } from '../../src/core/format';
import { visible } from '../../src/core/visibleText';
import type { ColumnPair, WireColumn } from '../../src/protocol/data';
import { base } from '../styles';
import { rowWindow } from '../virtualRows';
import { selectColumns } from './columnSelection';
import { histogramPicture } from './histogramPicture';
import { sides } from './sides';

const ROW = 42;
const HEIGHT = 560;
/** Fewer columns need no filter. */
const FEW = 8;

type Tell = (column: WireColumn) => string;

const FIELDS: readonly (readonly [string, Tell])[] = [
  ['Missing', ({ missing }) => missing.toLocaleString('en-US')],
  ['Distinct', ({ distinct, distinctExact }) => (distinctExact ? '' : '≈ ') + distinct.toLocaleString('en-US')],
  ['Min', ({ numbers, dates }) => (numbers ? formatEnd(numbers, 'min') : (dates?.[0] ?? ''))],
  ['Max', ({ numbers, dates }) => (numbers ? formatEnd(numbers, 'max') : (dates?.[1] ?? ''))],
  ['Mean', ({ numbers }) => (numbers ? formatNumber(numbers.mean) : '')],
  ['Std', ({ numbers }) => (numbers?.std === undefined ? '' : formatNumber(numbers.std))],
];

/** A table's columns with what they hold: two versions in two lines, where they differ. */
@customElement('column-table')
export class ColumnTable extends LitElement {
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
        gap: 6px 16px;
        margin-bottom: 8px;
      }
      vscode-textfield {
        flex: 1;
        min-width: 120px;
        max-width: 280px;
        margin-left: auto;
      }
      .scroll {
        overflow: auto;
        max-height: 560px;
        border: 1px solid var(--edge);
        border-radius: 6px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
        min-width: 100%;
      }
      th,
      td {
        height: 42px;
        padding: 0 12px;
        text-align: left;
        font-weight: normal;
        white-space: nowrap;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 6%, transparent);
      }
      tbody tr:last-child > * {
        border-bottom: 0;
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 2;
        height: 30px;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--line);
        font-weight: 600;
      }
      th:first-child {
        position: sticky;
        left: 0;
        z-index: 1;
        min-width: 110px;
        max-width: min(240px, 40vw);
        background: var(--vscode-editor-background);
        border-right: 1px solid var(--line);
        overflow: hidden;
        text-overflow: ellipsis;
      }
      thead th:first-child {
        z-index: 3;
      }
      tbody tr:hover > * {
        background: color-mix(in srgb, var(--vscode-foreground) 5%, var(--vscode-editor-background));
      }
      .figure {
        text-align: right;
      }
      .lines {
        display: grid;
        gap: 1px;
        line-height: 17px;
      }
      .lines > span {
        display: inline-flex;
        align-items: center;
        justify-content: flex-end;
        gap: 6px;
      }
      .type .lines > span {
        justify-content: flex-start;
      }
      .mark {
        width: 7px;
        height: 7px;
      }
      td.differs {
        box-shadow: inset 0 -2px 0 -1px var(--vscode-charts-yellow, var(--vscode-focusBorder));
        background: color-mix(in srgb, var(--vscode-charts-yellow, var(--vscode-focusBorder)) 10%, transparent);
      }
      svg {
        display: block;
        width: 150px;
        height: 30px;
        overflow: visible;
      }
      .top {
        max-width: 220px;
        overflow: hidden;
        text-overflow: ellipsis;
        font-size: 12px;
      }
      .state {
        margin-left: 8px;
        padding: 1px 6px;
        border-radius: 8px;
        font-size: 11px;
        border: 1px solid currentColor;
      }
      .added .state {
        color: var(--vscode-gitDecoration-addedResourceForeground);
      }
      .removed .state {
        color: var(--vscode-gitDecoration-deletedResourceForeground);
      }
      .removed th .name {
        text-decoration: line-through;
      }
      .spacer > * {
        padding: 0;
        border: 0;
        height: auto;
      }
      .none {
        padding: 14px;
      }
    `,
  ];

  @property({ attribute: false }) columns: readonly ColumnPair[] = [];
  @property({ type: Boolean }) paired = false;
  @state() private filter = '';
  @state() private onlyDiffering = false;
  @state() private top = 0;

  protected override render() {
    const differing = this.columns.filter(({ state: each }) => each !== 'unchanged').length;
    const shown = selectColumns(this.columns, this.filter, this.onlyDiffering && this.paired);
    const part = rowWindow(shown.length, ROW, this.top, HEIGHT, 8);
    const hasTop = shown.some(({ before, after }) => !(before?.numbers ?? after?.numbers));
    return html`${
        this.columns.length > FEW || (this.paired && differing < this.columns.length)
          ? html`<div class="bar">
              ${
                this.paired
                  ? html`<vscode-checkbox
                      data-testid="only-differing-columns"
                      .checked=${this.onlyDiffering}
                      @change=${(event: Event) => this.setOnlyDiffering((event.target as HTMLInputElement).checked)}
                      >Only what differs <span class="muted number">(${differing} of ${this.columns.length})</span></vscode-checkbox
                    >`
                  : nothing
              }
              <vscode-textfield
                placeholder="Filter columns"
                aria-label="Filter columns"
                .value=${this.filter}
                @input=${(event: Event) => this.setFilter((event.target as HTMLInputElement).value)}
              ></vscode-textfield>
            </div>`
          : nothing
      }
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label="Columns"
        @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}
      >
        <table data-testid="columns" aria-rowcount=${shown.length + 1}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Type</th>
              <th scope="col">${hasTop ? 'Values' : 'Distribution'}</th>
              ${FIELDS.map(([name]) => html`<th scope="col" class="figure">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${spacer(part.above)}${shown.slice(part.from, part.to).map((column, index) => this.row(column, part.from + index))}${spacer(
              part.below,
            )}
          </tbody>
        </table>
        ${shown.length === 0 ? html`<div class="none muted">${this.filter === '' ? 'No column differs.' : 'No column matches.'}</div>` : nothing}
      </div>`;
  }

  private row(pair: ColumnPair, index: number): TemplateResult {
    const { name, state: each } = pair;
    return html`<tr class=${each} data-column=${name} aria-rowindex=${index + 2}>
      <th scope="row" title=${visible(name)}>
        <span class="name">${visible(name)}</span
        >${each === 'added' || each === 'removed' ? html`<span class="state">${each}</span>` : nothing}
      </th>
      ${cell(pair, ({ type }) => type, 'type')}
      <td>${values(pair, this.paired)}</td>
      ${FIELDS.map(([, tell]) => cell(pair, tell, 'figure number'))}
    </tr>`;
  }

  private setOnlyDiffering(only: boolean): void {
    this.onlyDiffering = only;
    this.top = 0;
  }

  private setFilter(text: string): void {
    this.filter = text;
    this.top = 0;
  }
}

function cell({ before, after }: ColumnPair, tell: Tell, className: string): TemplateResult {
  const [was, is] = [before && tell(before), after && tell(after)];
  if (was === undefined || is === undefined || was === is)
    return html`<td class=${className}>${(is ?? was) || html`<span class="muted">–</span>`}</td>`;
  return html`<td class="${className} differs">
    <span class="lines"
      ><span><span class="mark before"></span>${was || '–'}<span class="unseen"> before, </span></span
      ><span><span class="mark"></span>${is || '–'}<span class="unseen"> after</span></span></span
    >
  </td>`;
}

function values({ before, after }: ColumnPair, paired: boolean): TemplateResult | typeof nothing {
  if (before?.numbers ?? after?.numbers)
    return histogramPicture({ before: before?.numbers, after: after?.numbers }, paired ? 'histogram' : 'histogram single');
  const [was, is] = [before && topOf(before), after && topOf(after)];
  if (was === undefined || is === undefined || was === is)
    return html`<div class="top muted" title=${is ?? was ?? ''}>${(is ?? was) || '–'}</div>`;
  return html`<div class="top muted" title=${was}><span class="mark before"></span> ${was}<span class="unseen"> before</span></div>
    <div class="top muted" title=${is}><span class="mark"></span> ${is}<span class="unseen"> after</span></div>`;
}

/** The most frequent values. */
function topOf({ top }: WireColumn): string {
  return top.map(([value, count]) => `${value === '' ? '(empty)' : visible(value)} ×${count.toLocaleString('en-US')}`).join(', ');
}

function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0 ? html`<tr class="spacer" aria-hidden="true" .style=${`height: ${height}px`}></tr>` : nothing;
}
