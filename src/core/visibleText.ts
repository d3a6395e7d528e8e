/** A name that can't break a line or turn the text round: control characters are shown as symbols. */
export function visible(name: string): string {
  return name
    .replace(/\p{Cc}/gu, (character) => (character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\ufffd'))
    .replace(/[\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
