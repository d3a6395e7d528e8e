import type { Upstream } from '../../code/repository';

export { visible } from '../../core/visibleText';

/** `↑1 ↓2`; nothing when level. */
export function countText({ ahead, behind }: Upstream): string {
  return [ahead > 0 ? `↑${ahead}` : '', behind > 0 ? `↓${behind}` : ''].filter((part) => part !== '').join(' ');
}
