/**
 * The value that would stand at an index if the numbers were sorted, which they are not afterwards: they are only parted around it
 * (Hoare's selection). With `first`, what stands before that index is known to be smaller already. Days need two quantiles of each gauge, and to sort all samples for them takes most of the time.
 */
export function smallest(values: Float64Array, index: number, first = 0): number {
  let [low, high] = [first, values.length - 1];
  while (low < high) {
    const pivot = values[index] ?? 0;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left += 1;
      while ((values[right] ?? 0) > pivot) right -= 1;
      if (left > right) break;
      const moved = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = moved;
      left += 1;
      right -= 1;
    }
    if (right < index) low = left;
    if (left > index) high = right;
  }
  return values[index] ?? Number.NaN;
}
