/** So many months later, at the same time of day; the 29 February is followed, where there is none, by 1 March. */
export function monthsLater(from: Date, months: number): Date {
  const later = new Date(from);
  later.setUTCMonth(later.getUTCMonth() + months);
  return later;
}
