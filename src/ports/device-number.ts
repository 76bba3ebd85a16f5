/** Major and minor number of a device, which Linux and glibc put into one number, as stat and Burp's manifests have it. */
export function splitDevice(device: bigint): { readonly major: bigint; readonly minor: bigint } {
  return {
    major: ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n),
    minor: (device & 0xffn) | ((device >> 12n) & 0xffffff00n),
  };
}
