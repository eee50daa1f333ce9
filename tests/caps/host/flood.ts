/**
 * Many bytes in which a missing, doubled or moved piece shows: numbered lines, long stretches without a newline,
 * and newlines alone.
 */
export function flood(): Uint8Array<ArrayBuffer> {
  let text = "";
  for (let i = 0; text.length < 600_000; i++) {
    text += `${i} ${"x".repeat(i * 37 % (i % 50 === 0 ? 9000 : 700))}${i % 3 === 0 ? "" : "\n"}`;
    if (i % 11 === 0) text += "\n\n";
  }
  return new TextEncoder().encode(text);
}
