/** Work that can be watched and broken off between its steps. */

/** All steps at once. */
export function drained<T>(steps: Generator<number, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** One step after the other; `tell` is awaited with what each yields, and may throw to break off. */
export async function watched<T>(steps: Generator<number, T>, tell: (done: number) => Promise<void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await tell(step.value);
  }
}
