import { createHash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light dark; background: #fff; color: #1b1b1b }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8886; vertical-align: top }
td.number, th.number { text-align: right }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
.wide { overflow-x: auto }
a { color: #0b57d0 }
@media (prefers-color-scheme: dark) { :root { background: #161616; color: #eee } a { color: #8ab4f8 } }
`;

/** What a page may do: look like this, and nothing else. */
export const POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
