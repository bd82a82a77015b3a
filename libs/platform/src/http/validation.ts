import { applyDecorators, ValidationPipe, type ValidationError } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Transform } from 'class-transformer';
import { IsBoolean, ValidateIf } from 'class-validator';

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
