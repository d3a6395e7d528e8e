/** Arguments as one line for a shell: POSIX's, or Windows' cmd and PowerShell, which share double quotes. */
export function shellLine(args: readonly string[], platform: NodeJS.Platform): string {
  const [plain, quote] =
    platform === 'win32'
      ? [/^[\w+=:./\\-]+$/, (arg: string) => `"${arg.replaceAll('"', '""')}"`]
      : [/^[\w@%+=:,./-]+$/, (arg: string) => `'${arg.replaceAll("'", `'\\''`)}'`];
  return args.map((arg) => (plain.test(arg) ? arg : quote(arg))).join(' ');
}

/**
 * The same for a line that a person may paste and that holds names from elsewhere; undefined where a name could not be written so that
 * it stays one word: control characters anywhere, and on Windows what cmd or PowerShell obeys within quotes, too.
 */
export function pastableLine(args: readonly string[], platform: NodeJS.Platform): string | undefined {
  // PowerShell takes typographic quotes for quotes.
  const obeyed = platform === 'win32' ? /[\p{Cc}"%$`\u201c-\u201e]/u : /\p{Cc}/u;
  return args.some((arg) => obeyed.test(arg)) ? undefined : shellLine(args, platform);
}
