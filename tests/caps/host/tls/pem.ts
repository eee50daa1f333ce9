/** The certificates and keys beside this file, by their names without `.pem`. */
export function pem(name: string): string {
  return Deno.readTextFileSync(new URL(`${name}.pem`, import.meta.url));
}
