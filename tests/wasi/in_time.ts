/** Far longer than anything here takes, so that a test which hangs fails instead. */
const HANG = 20_000;

/** What a promise comes to, unless it never does. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It hangs")), HANG);
  });
  try {
    return await Promise.race([promise, hang]);
  } finally {
    clearTimeout(timer);
  }
}
