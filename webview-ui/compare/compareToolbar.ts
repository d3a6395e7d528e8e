import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { XAxis } from '../../src/protocol/compare';
import type { Comparison } from './comparison';
import { base } from '../styles';

const AXES: readonly (readonly [XAxis, string])[] = [
  ['step', 'Step'],
  ['relative', 'Time since start'],
  ['time', 'Wall time'],
];

const HELP = [
  'Drag over a chart to zoom in, or turn the wheel with Ctrl or Cmd.',
  'Drag with Shift to move.',
  'Double-click to see everything again.',
  'With the keyboard: arrows read values, + and − zoom, Shift with arrows moves, 0 resets.',
].join('\n');

/** How all charts are drawn. */
@customElement('compare-toolbar')
export class CompareToolbar extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 18px;
      }
      label,
      .field {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .filter {
        flex: 1 1 110px;
        min-width: 0;
        max-width: 240px;
        height: 26px;
        gap: 5px;
        padding: 0 4px 0 7px;
        border: 1px solid var(--vscode-settings-textInputBorder, var(--edge));
        border-radius: 4px;
        background: var(--vscode-settings-textInputBackground);
      }
      .filter:focus-within {
        border-color: var(--vscode-focusBorder);
      }
      .filter input {
        flex: 1;
        min-width: 0;
        padding: 0;
        border: 0;
        outline: none;
        font: inherit;
        background: none;
        color: var(--vscode-settings-textInputForeground, inherit);
      }
      .filter input::placeholder {
        color: var(--vscode-input-placeholderForeground);
      }
      vscode-single-select {
        width: 140px;
      }
      input[type='range'] {
        width: 110px;
        height: 18px;
        margin: 0;
        background: none;
        appearance: none;
        cursor: pointer;
      }
      input[type='range']::-webkit-slider-runnable-track {
        height: 4px;
        border-radius: 2px;
        background: color-mix(in srgb, var(--vscode-foreground) 28%, transparent);
      }
      input[type='range']::-webkit-slider-thumb {
        appearance: none;
        width: 14px;
        height: 14px;
        margin-top: -5px;
        border-radius: 50%;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        background: var(--vscode-progressBar-background, var(--vscode-focusBorder));
      }
      input[type='range']:focus-visible {
        outline-offset: 2px;
        border-radius: 3px;
      }
      output {
        min-width: 2.2em;
      }
      .help {
        display: inline-flex;
        padding: 3px;
        border-radius: 5px;
        opacity: 0.7;
      }
      @media (max-width: 520px) {
        :host {
          gap: 6px 12px;
        }
        vscode-single-select {
          width: 120px;
        }
        input[type='range'] {
          width: 80px;
        }
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.comparison.subscribe((change) => change.kind === 'comparison' && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  protected override render() {
    const { comparison } = this;
    const { axis, logScale, smoothing, filter } = comparison.view;
    return html`<label class="filter" data-testid="filter">
        <vscode-icon name="filter" size="14"></vscode-icon>
        <input
          type="search"
          placeholder="Filter"
          title="Metrics and parameters whose names have every one of these words"
          aria-label="Filter metrics and parameters"
          .value=${filter}
          @input=${(event: Event) => comparison.setView({ filter: (event.target as HTMLInputElement).value })}
        />
      </label>
      <span class="field">
        <span class="muted" id="axis" aria-hidden="true">X axis</span>
        <vscode-single-select
          data-testid="axis"
          .label=${'X axis'}
          @change=${(event: Event) => comparison.setView({ axis: (event.target as HTMLInputElement).value as XAxis })}
        >
          ${AXES.map(([value, title]) => html`<vscode-option value=${value} ?selected=${value === axis}>${title}</vscode-option>`)}
        </vscode-single-select>
      </span>
      <label>
        <span class="muted">Smoothing</span>
        <input
          data-testid="smoothing"
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          .value=${String(smoothing)}
          @input=${(event: Event) => comparison.setView({ smoothing: Number((event.target as HTMLInputElement).value) })}
        />
        <output class="number">${smoothing.toFixed(2)}</output>
      </label>
      <vscode-checkbox
        data-testid="log-scale"
        .checked=${logScale}
        @change=${(event: Event) => comparison.setView({ logScale: (event.target as HTMLInputElement).checked })}
        >Log scale</vscode-checkbox
      >
      <span class="help" role="img" tabindex="0" title=${HELP} aria-label=${HELP}><vscode-icon name="question"></vscode-icon></span>`;
  }
}
