import { css } from 'lit';

/** The cards of what is known of the whole. */
export const facts = css`
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 168px), 1fr));
    gap: 8px;
  }
  .fact {
    display: flex;
    flex-direction: column;
    gap: 3px;
    min-width: 0;
    padding: 9px 12px;
    border: 1px solid var(--edge);
    border-radius: 6px;
  }
  .fact.differs {
    background: color-mix(in srgb, var(--vscode-charts-yellow, var(--vscode-focusBorder)) 10%, transparent);
  }
  .fact.wide {
    grid-column: span 2;
  }
  @media (max-width: 400px) {
    .fact.wide {
      grid-column: auto;
    }
  }
  .fact .name {
    color: var(--muted);
    font-size: 12px;
  }
  .fact .value {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  .fact .change {
    color: var(--muted);
    font-size: 11px;
  }
  .fact .same {
    color: var(--muted);
    font-size: 11px;
  }
  .share {
    display: flex;
    height: 9px;
    margin: 3px 0;
    border-radius: 3px;
    overflow: hidden;
  }
  .share .only {
    min-width: 0;
    background: var(--before);
  }
  .share .only.after {
    background: var(--after);
  }
  .share .both {
    background: color-mix(in srgb, var(--vscode-foreground) 16%, transparent);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    font-size: 12px;
  }
  .legend > span {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .same {
    display: flex;
    align-items: center;
    gap: 8px;
    --vscode-icon-foreground: var(--vscode-charts-green);
  }
`;
