import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, UnitOfWork, type Language } from '@qiongtong/platform';
import { logRead, readingOf } from '../log/domain/reading';
import { DIMENSIONS, type Dimension } from './domain/uses';
import { COLUMNS, TITLE } from './report-words';
import { ReportStore, type Scope } from './report.store';
import type { UseReportView } from './reports.dto';

const DAY_MS = 86_400_000;
/** Three years, as long as entries are kept at least. */
const MOST_DAYS = 1_100;
const MOST_GROUPS = 20_000;

/** Who used what for what, and what was decided, in numbers. A department is told of its own uses. [R14.9] [R21.1] */
@Injectable()
export class ReportsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ReportStore,
    private readonly clock: Clock,
  ) {}

  uses(by: Principal, asked: Scope, dimensions: readonly Dimension[], language: Language): Promise<UseReportView> {
    const reading = readingOf(by);
    const days = (Date.parse(asked.until) - Date.parse(asked.from)) / DAY_MS;
    if (!(days > 0 && days <= MOST_DAYS)) throw new Refusal('audit.report_period', { about: [String(MOST_DAYS)] });
    const scope = reading.scope === 'all' ? asked : { ...asked, department: reading.departmentId };
    return this.work.run(async (tx) => {
      const countedTo = await this.store.countedTo(tx.query);
      const items = await this.store.groups(tx.query, scope, dimensions, MOST_GROUPS);
      if (items.length > MOST_GROUPS) throw new Refusal('audit.report_too_wide', { about: [String(MOST_GROUPS)] });
      const read = { what: 'report', asked: { ...scope, by: dimensions }, shown: items.length } as const;
      tx.publish(logRead(reading, read, this.clock.now()));
      const names = [...DIMENSIONS.filter((name) => dimensions.includes(name)), 'uses', 'rows'];
      return {
        ...{ title: TITLE[language], from: asked.from, until: asked.until, countedTo, items },
        columns: names.map((name) => ({ name, title: COLUMNS[language][name]! })),
        uses: items.reduce((sum, { uses }) => sum + uses, 0),
        rows: items.reduce((sum, { rows }) => sum + rows, 0),
      };
    });
  }
}
