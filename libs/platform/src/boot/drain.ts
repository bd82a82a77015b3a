import { Injectable, Logger } from '@nestjs/common';

/**
 * What is let go of, in this order, after the HTTP server has answered its last request: `consumers` stop taking
 * messages, `work` in hand is finished or handed back, the `relay` sends what is committed, `connections` to other
 * services and the broker close, the `database` last.
 */
export const DRAIN_PHASES = ['consumers', 'work', 'relay', 'connections', 'database'] as const;
export type DrainPhase = (typeof DRAIN_PHASES)[number];

type Step = Readonly<{ name: string; phase: DrainPhase; run: () => Promise<unknown> | unknown }>;

/** The ordered end of a service. Nest only logs a shutdown hook that throws and promises no order between modules. */
@Injectable()
export class Drain {
  private readonly log = new Logger('drain');
  private readonly steps: Step[] = [];
  private begun = false;

  /** True from the moment the service says it is no longer ready. */
  get draining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }

  add(name: string, phase: DrainPhase, run: () => Promise<unknown> | unknown): void {
    this.steps.push({ name, phase, run });
  }

  /** Runs every step once; one that fails is logged and does not keep the later ones from running. */
  async run(): Promise<void> {
    this.begin();
    for (const phase of DRAIN_PHASES) {
      const steps = this.steps.filter((step) => step.phase === phase);
      await Promise.all(
        steps.map(async ({ name, run }) => {
          try {
            await run();
          } catch (error) {
            this.log.error(`${name} did not end cleanly: ${error instanceof Error ? error.message : String(error)}`);
          }
        }),
      );
    }
    this.steps.length = 0;
  }
}
