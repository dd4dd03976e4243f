/** Cross-entropy with label smoothing over one batch, and its gradient. Plain numbers: a batch of logits is a few hundred of them. */

export interface Loss {
  /** Mean over the batch, in nats. */
  readonly loss: number;
  readonly correct: number;
  /** dloss/dlogits, shape of the logits. */
  readonly signal: Float32Array;
}

/** −Σ q log softmax(z) with q = (1 − s)·onehot + s / classes. Szegedy et al. 2016, section 7. */
export function crossEntropy(logits: Float32Array, labels: ArrayLike<number>, smoothing: number): Loss {
  const count = labels.length;
  const classes = logits.length / count;
  const signal = new Float32Array(logits.length);
  let [loss, correct] = [0, 0];
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const top = Math.max(...row);
    const sum = row.reduce((s, z) => s + Math.exp(z - top), 0);
    if (row.indexOf(top) === labels[i]) correct++;
    for (let k = 0; k < classes; k++) {
      const wanted = smoothing / classes + (k === labels[i] ? 1 - smoothing : 0);
      const logProbability = row[k]! - top - Math.log(sum);
      loss -= (wanted * logProbability) / count;
      signal[i * classes + k] = (Math.exp(logProbability) - wanted) / count;
    }
  }
  return { loss, correct, signal };
}
