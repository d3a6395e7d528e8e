import type { ThemeKind } from './charts/palette';

/** VS Code's theme in the form a canvas needs. */
export interface Theme {
  readonly kind: ThemeKind;
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  readonly border: string;
  readonly font: string;
  readonly fontSize: number;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const colour = (name: string, fallback: string) => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const kind = kindOf(document.body.classList);
  const isHighContrast = kind === 'highContrast' || kind === 'highContrastLight';
  const foreground = colour('foreground', style.color);
  return {
    kind,
    foreground,
    muted: isHighContrast ? foreground : colour('descriptionForeground', foreground),
    background: colour('editor-background', style.backgroundColor),
    grid: isHighContrast ? colour('contrastBorder', foreground) : foreground,
    border: colour('panel-border', colour('contrastBorder', foreground)),
    font: colour('font-family', 'sans-serif'),
    fontSize: Math.max(10, Number.parseFloat(colour('font-size', '13px')) - 2),
  };
}

function kindOf(classes: DOMTokenList): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classes.contains('vscode-high-contrast')) return 'highContrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}

/** Calls back when the person changes the theme. VS Code writes the kind on the body and the colours on the document's element. */
export function watchTheme(listener: (theme: Theme) => void): void {
  const observer = new MutationObserver(() => listener(readTheme()));
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}
