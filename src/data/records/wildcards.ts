/**
 * The source of a regular expression that takes `parts` in their order, with anything of `any` between two. Each part is taken where it
 * first fits and tried nowhere else, but for the last: so a pattern of many stars takes no more time than a long one. For that a part
 * has to be of one length. Where something follows that decides, the last is to be tried everywhere, as `ends` says.
 * @param any a character, such as `[^/]`
 * @param name unique within the expression
 */
export function starred(parts: readonly string[], any: string, name: string, ends: boolean): string {
  return parts
    .map((part, i) => {
      if (i === 0) return part;
      return ends && i === parts.length - 1 ? `${any}*${part}` : firstFit(`${any}*?${part}`, `${name}_${i}`);
    })
    .join('');
}

/** The source of an expression that, once it fits, isn't tried in another way. */
export function firstFit(source: string, name: string): string {
  return `(?=(?<${name}>${source}))\\k<${name}>`;
}
