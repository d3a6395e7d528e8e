import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Pair, WireImage } from '../../src/protocol/data';
import { visible } from '../../src/core/visibleText';
import { base } from '../styles';
import type { ShownChanges, ShownImages } from './dataModel';
import { byClass } from './imageClasses';
import { sides } from './sides';

/** Pictures of both versions: those that differ in pairs, and samples of each class side by side. */
@customElement('image-grid')
export class ImageGrid extends LitElement {
  static override styles = [
    base,
    sides,
    css`
      :host {
        display: block;
      }
      h3 {
        margin: 14px 0 8px;
        font-size: 12px;
        font-weight: 600;
      }
      h3 span {
        color: var(--muted);
        font-weight: normal;
      }
      .pairs {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(124px, 1fr));
        gap: 8px;
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .pair {
        padding: 6px;
        border: 1px solid var(--edge);
        border-radius: 6px;
      }
      .pictures {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 4px;
      }
      .pictures > * {
        width: 100%;
        aspect-ratio: 1;
      }
      figure {
        margin: 0;
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
        image-rendering: pixelated;
        border-radius: 3px;
        background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
      }
      .frame {
        border-bottom: 3px solid var(--after);
        border-radius: 4px;
        overflow: hidden;
      }
      .frame.before {
        border-bottom-color: var(--before);
      }
      .none {
        display: grid;
        place-items: center;
        border: 1px dashed var(--line);
        border-radius: 4px;
        color: var(--muted);
        font-size: 11px;
      }
      .key {
        margin-top: 4px;
        font-size: 11px;
        color: var(--muted);
        direction: rtl;
        text-align: center;
      }
      .key bdi {
        direction: ltr;
      }
      .classes {
        display: grid;
        grid-template-columns: minmax(20px, max-content) minmax(0, 1fr);
        gap: 6px 12px;
        align-items: center;
      }
      .classes.two {
        grid-template-columns: minmax(20px, max-content) minmax(0, 1fr) minmax(0, 1fr);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--muted);
        font-size: 12px;
        min-width: 0;
      }
      .label {
        font-weight: 600;
        text-align: right;
        max-width: 120px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 3px;
        min-width: 0;
      }
      .row img {
        width: 38px;
        height: 38px;
      }
    `,
  ];

  @property({ attribute: false }) samples: ShownImages | undefined;
  @property({ attribute: false }) changes: ShownChanges | undefined;
  @property({ attribute: false }) names: readonly string[] = [];

  protected override render() {
    return html`${this.changes && this.changes.images.length > 0 ? this.pairs(this.changes) : nothing}${this.samples ? this.classes(this.samples) : nothing}`;
  }

  private pairs({ images, changed, added, removed }: ShownChanges): TemplateResult {
    const all = changed + added + removed;
    const counts = [
      ...(changed > 0 ? [`${changed.toLocaleString('en-US')} changed`] : []),
      ...(added > 0 ? [`${added.toLocaleString('en-US')} added`] : []),
      ...(removed > 0 ? [`${removed.toLocaleString('en-US')} removed`] : []),
    ].join(', ');
    return html`<h3>
        Images that differ <span class="number">${counts}${all > images.length ? `; the first ${images.length} are shown` : ''}</span>
      </h3>
      <ul class="pairs" data-testid="changed-images">
        ${images.map((pair) => {
          const key = (pair.after ?? pair.before)!.key;
          return html`<li class="pair">
            <div class="pictures">${picture(pair.before, 'before')}${picture(pair.after, 'after')}</div>
            <div class="key ellipsis" title=${visible(key)}><bdi>${visible(labelled(key, pair))}</bdi></div>
          </li>`;
        })}
      </ul>`;
  }

  private classes({ before, after }: ShownImages): TemplateResult | typeof nothing {
    const isPaired = this.names.length === 2;
    const classes = byClass(before, after);
    if (classes.length === 0) return html`<p class="muted">No picture could be decoded.</p>`;
    return html`<h3>Samples${classes.length === 1 && classes[0]?.label === undefined ? nothing : html` <span>by class</span>`}</h3>
      <div class="classes ${isPaired ? 'two' : ''}" data-testid="samples">
        ${
          isPaired
            ? html`<span></span
                ><span class="head"><span class="mark before"></span><span class="ellipsis">${visible(this.names[0] ?? '')}</span></span
                ><span class="head"><span class="mark"></span><span class="ellipsis">${visible(this.names[1] ?? '')}</span></span>`
            : nothing
        }
        ${classes.map(
          ({ label, before: old, after: young }) =>
            html`<span class="label ellipsis" title=${visible(label ?? '')}>${visible(label ?? '')}</span
              >${isPaired ? row(old) : nothing}${row(young)}`,
        )}
      </div>`;
  }
}

function row(images: readonly WireImage[]): TemplateResult {
  if (images.length === 0) return html`<span class="muted">none</span>`;
  return html`<div class="row">
    ${images.map(({ source, key, label }) => html`<img src=${source} alt=${words(key, label)} title=${words(key, label)} loading="lazy" />`)}
  </div>`;
}

function picture(image: WireImage | undefined, side: 'before' | 'after'): TemplateResult {
  if (!image) return html`<span class="none">${side === 'before' ? 'not yet' : 'gone'}</span>`;
  return html`<div class="frame ${side}">
    <img src=${image.source} alt=${`${side}: ${words(image.key, image.label)}`} loading="lazy" />
  </div>`;
}

function words(key: string, label: string | undefined): string {
  const name = /^\d+$/.test(key) ? `no. ${key}` : key;
  return visible(label === undefined ? name : `${name}, class ${label}`);
}

/** `no. 12 · 3 → 8` where the label differs. */
function labelled(key: string, { before, after }: Pair<WireImage>): string {
  const name = /^\d+$/.test(key) ? `no. ${key}` : key;
  const [was, is] = [before?.label, after?.label];
  if (was === undefined && is === undefined) return name;
  if (was !== undefined && is !== undefined && was !== is) return `${name} · ${was} → ${is}`;
  // A folder's name says it already.
  return name.startsWith(`${is ?? was}/`) ? name : `${name} · ${is ?? was}`;
}
