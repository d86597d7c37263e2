/**
 * The microphone's side: the tuned filters, between the source and the sender.
 *
 *   const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
 *   const source = context.createMediaStreamSource(stream);
 *   filtered(source).connect(sender);
 *
 * The types are in capture.d.ts.
 */

// tuned: begin
export const FILTERS = [
  { "type": "highpass", "frequency": 80, "Q": -3.0102999566398116 }
];
// tuned: end

/**
 * Put the filters behind a node; for low-pass and high-pass, Q is in decibels.
 *
 * @param {AudioNode} source
 * @returns {AudioNode} the last filter, or the source itself without one
 */
export function filtered(source) {
  return FILTERS.reduce((node, settings) => {
    const filter = new BiquadFilterNode(source.context, settings);
    node.connect(filter);
    return filter;
  }, source);
}
