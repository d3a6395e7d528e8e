import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Balance } from '../../src/protocol/data';
import { visible } from '../../src/core/visibleText';
import { base } from '../styles';
import { sides } from './sides';

/** Many classes are shown only on demand. */
const SHOWN = 40;

/** Class balance: a pair of bars for each class. */
@customElement('class-bars')
export class ClassBars extends LitElement {
  static override styles = [
    base,
    sides,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        columns: 2 360px;
        column-gap: 32px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(24px, 110px) minmax(60px, 1fr) 118px;
        align-items: center;
        gap: 10px;
        min-height: 26px;
        break-inside: avoid;
      }
      .label {
        text-align: right;
      }
      .bars {
        display: grid;
        gap: 2px;
      }
      .bar {
        height: 7px;
        border-radius: 2px;
        background: var(--before);
        min-width: 1px;
      }
      .after {
        background: color-mix(in srgb, var(--after) 30%, transparent);
        border: 1.5px solid var(--after);
      }
      .counts {
        font-size: 12px;
        white-space: nowrap;
      }
      .delta {
        color: var(--muted);
        margin-left: 6px;
        font-size: 11px;
      }
      .more {
        margin-top: 8px;
        color: var(--vscode-textLink-foreground);
      }
    `,
  ];

  @property({ attribute: false }) balance!: Balance;
  @property({ type: Boolean }) paired = false;
  @property({ type: Boolean }) whole = false;

  protected override render() {
    const { classes, total } = this.balance;
    const greatest = classes.reduce((most, { before, after }) => Math.max(most, before, after), 1);
    const width = (count: number): string => `width: ${((count / greatest) * 100).toFixed(2)}%`;
    const shown = this.whole ? classes : classes.slice(0, SHOWN);
    return html`<ul data-testid="classes">
        ${shown.map(
          ({ value, before, after }) =>
            html`<li data-class=${value}>
              <span class="label ellipsis" title=${visible(value)}
                >${value === '' ? html`<em class="muted">empty</em>` : visible(value)}</span
              >
              <span class="bars" aria-hidden="true"
                >${this.paired ? html`<span class="bar" .style=${width(before)}></span><span class="bar after" .style=${width(after)}></span>` : html`<span class="bar" .style=${width(after)}></span>`}</span
              >
              <span class="counts number"
                >${this.paired && before !== after ? `${before.toLocaleString('en-US')} → ${after.toLocaleString('en-US')}` : after.toLocaleString('en-US')}${this.paired && before !== after ? html`<span class="delta">${signed(after - before)}</span>` : nothing}</span
              >
            </li>`,
        )}
      </ul>
      ${classes.length > SHOWN && !this.whole ? html`<button class="more" @click=${() => (this.whole = true)}>${total > classes.length ? `Show ${classes.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} classes` : `Show all ${classes.length.toLocaleString('en-US')} classes`}</button>` : nothing}${
        total > classes.length && (this.whole || classes.length <= SHOWN)
          ? html`<p class="muted">
              ${this.paired ? 'Shown are the' : 'Shown are the first'} ${classes.length.toLocaleString('en-US')} of
              ${total.toLocaleString('en-US')} classes${this.paired ? ' that differ most' : ''}.
            </p>`
          : nothing
      }`;
  }
}

function signed(difference: number): string {
  return `${difference > 0 ? '+' : '−'}${Math.abs(difference).toLocaleString('en-US')}`;
}
