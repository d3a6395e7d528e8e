import { css } from 'lit';

/** How the two versions are told apart everywhere on the page: a colour each, and a filled mark against a hollow one. */
export const sides = css`
  .mark {
    display: inline-block;
    flex: none;
    width: 9px;
    height: 9px;
    border-radius: 2px;
    border: 2px solid var(--after);
  }
  .mark.before {
    background: var(--before);
    border-color: var(--before);
  }
  .area {
    stroke-width: 1.25;
    stroke-linejoin: round;
    fill: none;
  }
  .area.before {
    stroke: none;
    fill: color-mix(in srgb, var(--before) 55%, transparent);
  }
  .area.after {
    stroke: var(--after);
    fill: color-mix(in srgb, var(--after) 14%, transparent);
  }
  .single .area.after {
    stroke: none;
    fill: color-mix(in srgb, var(--before) 75%, transparent);
  }
  section {
    margin-top: 22px;
  }
  h2 {
    display: flex;
    align-items: baseline;
    gap: 8px;
    margin: 0 0 8px;
    font-size: 13px;
    font-weight: 600;
  }
  h2 .count,
  h2 .aside {
    font-weight: normal;
    color: var(--muted);
  }
`;
