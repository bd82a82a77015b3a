import { applyDecorators, ValidationPipe, type ValidationError } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDateString, IsISO8601, Matches, ValidateIf } from 'class-validator';

const MAX_ERRORS = 50;

/** Unknown fields and wrong types are refused, each named by its JSON pointer; the values are not repeated. */
export const validationPipe = () =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new Refusal('request.invalid', { errors: [...pointersOf(errors, '')].slice(0, MAX_ERRORS) }),
  });

/** May be left out, but not be null. */
export const Given = () => ValidateIf((_object, value) => value !== undefined);

/** A switch in a query or a setting: `true` or `false`, anything else is refused. */
export const Flag = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
  );

/** Years and displacements that PostgreSQL takes as well; the rest of what ISO 8601 allows nobody needs. */
const YEAR = '[12]\\d{3}';
const DAY = new RegExp(`^${YEAR}-\\d{2}-\\d{2}$`);
const MOMENT = new RegExp(
  `^${YEAR}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-](0\\d|1[0-3]):[0-5]\\d)$`,
);

/** A day, `2026-03-01`. */
export const Day = () => applyDecorators(Matches(DAY), IsDateString({ strict: true }));
/** A moment with its displacement, `2026-03-01T09:00:00+08:00`: without, it would be another one on another machine. */
export const Moment = () => applyDecorators(Matches(MOMENT), IsISO8601({ strict: true }));

export function* pointersOf(
  errors: readonly ValidationError[],
  at: string,
): Generator<{ pointer: string; message: string }> {
  for (const { property, constraints, children } of errors) {
    // A body that is no object at all has no property to name.
    const named: string | undefined = property;
    const pointer = named === undefined ? at : `${at}/${named.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    for (const [rule, message] of Object.entries(constraints ?? {}))
      yield { pointer, message: rule === 'whitelistValidation' ? 'this field is not known here' : message };
    yield* pointersOf(children ?? [], pointer);
  }
}
