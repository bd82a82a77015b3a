/**
 * Places at which a process can be made to die, as by a power cut, to see that what it leaves behind is whole. Tests name
 * one in `CRASH_AT`; production refuses that.
 */
export class CrashPoints {
  private readonly name: string | null;
  private left: number;

  /** @param at `<name>`, or `<name>:<n>` for the nth time that it comes there */
  constructor(at?: string) {
    const [name = null, n = '1'] = at?.split(':') ?? [];
    this.name = name;
    this.left = Number(n);
  }

  pass(name: string): void {
    if (name !== this.name) return;
    this.left -= 1;
    if (this.left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
