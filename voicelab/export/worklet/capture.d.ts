/** Settings of the tuned filters, in order, as a BiquadFilterNode takes them. */
export declare const FILTERS: BiquadFilterOptions[];

/** Put the tuned filters behind a node; gives the last of them, or the node itself. */
export declare function filtered(source: AudioNode): AudioNode;
