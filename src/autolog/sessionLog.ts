/** Where autologging says what a person should know; it never ends a training for it. */
export interface SessionLog {
  info(message: string): void;
  warn(message: string): void;
}
