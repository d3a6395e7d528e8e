import '@vscode-elements/elements/dist/vscode-icon/index.js';
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isTerminal } from '../../src/core/run';
import { runStyle } from '../charts/palette';
import type { Theme } from '../theme';
import type { Comparison, PageRun } from './comparison';
import { lineSwatch } from './lineSwatch';
import { base } from '../styles';

const STATUS_ICONS: Record<string, string> = { RUNNING: 'sync', SCHEDULED: 'clock', FAILED: 'error', KILLED: 'circle-slash' };

/** The runs with their colours, for all charts at once: show and hide, point out, go to, remove. */
@customElement('run-legend')
export class RunLegend extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
        max-height: 92px;
        overflow-y: auto;
      }
      li {
        display: flex;
        align-items: center;
        max-width: min(320px, 100%);
        height: 26px;
        border: 1px solid var(--edge);
        border-radius: 13px;
        background: color-mix(in srgb, var(--vscode-foreground) 4%, transparent);
      }
      li:hover {
        background: var(--hover);
      }
      li > * {
        height: 24px;
        display: inline-flex;
        align-items: center;
        border-radius: 12px;
      }
      .swatch-button {
        padding: 0 4px 0 10px;
        flex: none;
      }
      .name {
        min-width: 0;
        padding: 0 4px;
        gap: 6px;
      }
      .name:hover .ellipsis {
        text-decoration: underline;
      }
      li[data-hidden] .name {
        color: var(--muted);
        text-decoration: line-through;
      }
      .remove {
        width: 22px;
        justify-content: center;
        flex: none;
        margin-right: 2px;
        opacity: 0.6;
      }
      li:hover .remove,
      .remove:focus-visible {
        opacity: 1;
      }
      .live {
        --vscode-icon-foreground: var(--vscode-charts-green, currentColor);
      }
      .FAILED {
        --vscode-icon-foreground: var(--vscode-errorForeground);
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) theme!: Theme;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.comparison.subscribe((change) => change.kind === 'comparison' && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  private pointOut(runId: string | undefined): void {
    this.dispatchEvent(new CustomEvent('pointout', { detail: runId }));
  }

  protected override render() {
    return html`<ul aria-label="Runs" data-testid="legend">
      ${this.comparison.runs.map((run) => this.entry(run))}
    </ul>`;
  }

  private entry(run: PageRun) {
    const { runId, info } = run;
    const isHidden = this.comparison.view.hiddenRuns.includes(runId);
    const style = runStyle(this.comparison.view.slots[runId] ?? 0, this.theme.kind);
    const icon = STATUS_ICONS[info.status];
    return html`<li
      data-run=${runId}
      ?data-hidden=${isHidden}
      @pointerenter=${() => !isHidden && this.pointOut(runId)}
      @pointerleave=${() => this.pointOut(undefined)}
    >
      <button
        class="swatch-button"
        data-action="toggle"
        role="switch"
        aria-checked=${String(!isHidden)}
        aria-label="Show ${info.runName} in the charts"
        title=${isHidden ? 'Show in the charts' : 'Hide from the charts'}
        @click=${() => {
          this.pointOut(undefined);
          this.comparison.toggle(runId);
        }}
      >
        ${lineSwatch(style, isHidden)}
      </button>
      <button
        class="name"
        data-action="reveal"
        title="${info.runName}: show in the Runs view"
        @click=${() => this.comparison.post({ type: 'revealRun', runId })}
      >
        <span class="ellipsis">${info.runName}</span>
        ${
          icon
            ? html`<vscode-icon
                class=${isTerminal(info.status) ? info.status : 'live'}
                name=${icon}
                size="13"
                ?spin=${info.status === 'RUNNING' && !matchMedia('(prefers-reduced-motion: reduce)').matches}
                title=${info.status.toLowerCase()}
              ></vscode-icon>`
            : ''
        }
      </button>
      <button
        class="remove"
        data-action="remove"
        aria-label="Remove ${info.runName} from the comparison"
        title="Remove from the comparison"
        @click=${() => {
          this.pointOut(undefined);
          this.comparison.remove(runId);
        }}
      >
        <vscode-icon name="close" size="13"></vscode-icon>
      </button>
    </li>`;
  }
}
