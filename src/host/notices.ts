/** A text for a notification: VS Code makes links, also to commands, of `[…](…)`, and names and messages may come from anywhere. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
