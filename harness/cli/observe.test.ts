import { afterEach, describe, expect, it, vi } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';

afterEach(() => vi.restoreAllMocks());

describe('blackout observe', () => {
  it('asks for root in one line, before it makes anything', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await inDirectory(async (directory) => {
      const argv = ['observe', '--fs', 'ext4', '--random', '1', '--output', 'o.json'];
      const ran = await run(argv, [], directory);
      expect(ran).toMatchObject({ code: 254, stdout: '' });
      expect(ran.stderr).toBe(
        'blackout: observe: only root can mount file systems; start it with sudo, or in a virtual machine\n',
      );
    });
  });
});
