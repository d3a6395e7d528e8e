import type { Measure } from './graphLayout';

/** Measures texts in the font that the page has. */
export function textMeasure(element: Element): Measure {
  const family = getComputedStyle(element).fontFamily || 'sans-serif';
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, small) => {
    const key = `${small ? 1 : 0}${text}`;
    const width = known.get(key) ?? widthOf(text, small);
    known.set(key, width);
    return width;
  };

  function widthOf(text: string, small: boolean): number {
    // A stage's name is bold; all labels get the room for it.
    if (context) context.font = small ? `11px ${family}` : `600 13px ${family}`;
    return context?.measureText(text).width ?? text.length * (small ? 6 : 7.5);
  }
}
