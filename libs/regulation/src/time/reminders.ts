const DAY_MS = 86_400_000;

/**
 * When somebody is reminded of what ends at an instant: so many days before it each, the first first. What has passed by
 * now is not made up for: three reminders at once say no more than one.
 *
 * @param end RFC 3339 UTC, as the reminders are
 */
export function remindersBefore(end: string, daysBefore: readonly number[], now: Date): string[] {
  const instants = daysBefore.map((days) => Date.parse(end) - days * DAY_MS).filter((at) => at > now.getTime());
  return [...new Set(instants)].sort((a, b) => a - b).map((at) => new Date(at).toISOString());
}
