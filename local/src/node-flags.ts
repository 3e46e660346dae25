/**
 * How Node runs each service; the image's CMD says the same. By default V8 on a large machine lets the heap grow to four times what is live before it
 * collects, and in a small container to 1.3 times: the one takes twice the memory, the other a tenth more CPU for each order (docs/performance.md).
 */
export const NODE_FLAGS: readonly string[] = [
  // Young objects, in MB; there are up to three times as many.
  '--max-semi-space-size=16',
  // Of old ones as many again as were live.
  '--heap-growing-percent=100',
];
