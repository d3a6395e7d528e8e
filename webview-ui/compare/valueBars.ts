import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatNumber } from '../../src/core/format';
import { bestOf, lowerIsBetter } from '../../src/core/metric';
import { runStyle } from '../charts/palette';
import type { Theme } from '../theme';
import type { Comparison } from './comparison';
import { isContest } from './diffRows';
import { lineSwatch } from './lineSwatch';
import { base } from '../styles';

/** A metric that every run has logged once, as a bar for each: a curve of one point says nothing. */
@customElement('value-bars')
export class ValueBars extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 0 8px 8px;
      }
      .row {
        margin-top: 9px;
      }
      .label {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px;
        line-height: 20px;
      }
      .track {
        height: 7px;
        margin-top: 3px;
        border-radius: 4px;
        background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
        overflow: hidden;
      }
      .bar {
        height: 100%;
        border-radius: 4px;
        min-width: 2px;
      }
      .row[data-faded] {
        opacity: 0.35;
      }
      .best {
        color: var(--muted);
        margin-right: 8px;
        font-size: 11px;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property() metric = '';
  @property({ attribute: false }) theme!: Theme;
  @property() pointedAt: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.comparison.subscribe((change) => change.kind === 'comparison' && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  private end: (() => void) | undefined;

  protected override render() {
    const bars = barsOf(this.comparison, this.metric);
    const best = bestBar(this.metric, bars);
    return bars.map(({ run, value, share }) => {
      const style = runStyle(this.comparison.view.slots[run.runId] ?? 0, this.theme.kind);
      const isFaded = this.pointedAt !== undefined && this.pointedAt !== run.runId;
      return html`<div class="row" ?data-faded=${isFaded}>
        <div class="label">
          ${lineSwatch(style)}<span class="ellipsis">${run.info.runName}</span>
          <span class="number"
            >${isContest(this.metric) && bars.length > 1 && value === best ? html`<span class="best">best</span>` : ''}${formatNumber(value)}</span
          >
        </div>
        <div class="track"><div class="bar" .style=${`width: ${(share * 100).toFixed(2)}%; background: ${style.colour}`}></div></div>
      </div>`;
    });
  }
}

/** Bars begin at zero; their lengths are shares of the greatest, or of one where the values are shares themselves. */
export function barsOf(comparison: Comparison, key: string) {
  const bars = comparison.shownRuns.flatMap((run) => {
    const metric = run.metrics.get(key);
    return metric ? [{ run, value: metric.last.value, metric }] : [];
  });
  const finite = bars.map(({ value }) => Math.abs(value)).filter((value) => value < Number.MAX_VALUE);
  const greatest = Math.max(...finite, Number.MIN_VALUE);
  const isShare = !lowerIsBetter(key) && finite.every((value) => value <= 1) && greatest > 0.5;
  const full = isShare ? 1 : greatest;
  return bars.map((bar) => ({ ...bar, share: Math.abs(bar.value) < Number.MAX_VALUE ? Math.abs(bar.value) / full : 0 }));
}

function bestBar(key: string, bars: ReturnType<typeof barsOf>): number | undefined {
  const values = bars.flatMap(({ metric }) => bestOf(metric)?.value ?? []);
  return lowerIsBetter(key) ? Math.min(...values) : Math.max(...values);
}
