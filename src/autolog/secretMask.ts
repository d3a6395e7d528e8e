// `--max-tokens` counts, `--token` is secret: no plural but of what is never counted.
const SECRET_NAME = /(pass(word|wd|phrase)?|token|secret|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|authorization)$/i;
const MASK = '***';

/** A command line as one text, quoted where a shell would need it, with what looks like a secret replaced by `***`. */
export function commandLineText(args: readonly string[]): string {
  return maskedArguments(args).map(quoted).join(' ');
}

/** `--token=x`, `--token x`, `TOKEN=x` and the password in `https://user:password@host` lose their value. */
export function maskedArguments(args: readonly string[]): string[] {
  let secretFollows = false;
  return args.map((arg) => {
    if (secretFollows && !arg.startsWith('-')) {
      secretFollows = false;
      return MASK;
    }
    const assignment = /^(-{0,2}[\w.-]+)=([\s\S]*)$/.exec(arg);
    secretFollows = assignment === null && arg.startsWith('-') && SECRET_NAME.test(arg);
    if (assignment?.[1] !== undefined && SECRET_NAME.test(assignment[1])) return `${assignment[1]}=${MASK}`;
    return maskedUrls(arg);
  });
}

/** Takes passwords, and tokens in the place of a user, out of the URLs in a text. */
export function maskedUrls(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]+):[^\s/?#]+@/gi, `$1:${MASK}@`)
    .replace(/([?&](?:[\w.-]*(?:token|key|secret|password|signature|sig))=)[^&#\s]+/gi, `$1${MASK}`);
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./\\*-]+$/.test(arg) ? arg : JSON.stringify(arg);
}
