/**
 * The person's home folder, as the system tells; the root folder, as Docker has it, where the system knows neither the person nor
 * `HOME`: a container with a user id of its own.
 */
export function homeFolder(homedir: () => string): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}
