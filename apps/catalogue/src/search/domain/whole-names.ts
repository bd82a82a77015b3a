import { wholeOf } from './folding';
import { HashedDocs } from './hashed-docs';

const SAYS_NOTHING = /(?<=..)(信息|数据|名单|目录|名录|清单|台账)$/;

/** Documents by their whole names: nearly always one. */
export class WholeNames {
  private readonly docs = new HashedDocs();

  /** @param namesOf the names of a document, folded, a line each */
  constructor(private readonly namesOf: (doc: number) => string) {}

  /** Once its names are there. */
  add(doc: number): void {
    for (const whole of this.wholesOf(doc)) this.docs.add(whole, doc);
  }

  /** While its names are still there. */
  remove(doc: number): void {
    for (const whole of this.wholesOf(doc)) this.docs.remove(whole, doc);
  }

  named(whole: string): number[] {
    return [...this.docs.of(whole)].filter((doc) => this.wholesOf(doc).has(whole));
  }

  /** Its names, and without the word that so many names end in: who looks for `婚姻登记` means `婚姻登记信息`. */
  private wholesOf(doc: number): ReadonlySet<string> {
    const names = this.namesOf(doc).split('\n').map(wholeOf);
    return new Set([...names, ...names.map((name) => name.replace(SAYS_NOTHING, ''))]);
  }
}
