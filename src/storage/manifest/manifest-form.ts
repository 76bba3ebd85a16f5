/**
 * Which records an entry has. `manifest`: entries with data have a data path before and an end record after (Burp's
 * manifest.gz, changed, unchanged). `scan`: no entry has them, and an end mark closes the list (Burp's phase1.gz).
 */
export type ManifestForm = 'manifest' | 'scan';

/** Payload of the record that ends a scan: `c0009phase1end`. */
export const SCAN_END = 'phase1end';
