/** Which items are asked for, as a body of the API names them. */
export const FIELDS_SCHEMA = {
  oneOf: [
    { type: 'array', items: { type: 'string' } },
    { type: 'string', enum: ['granted'] },
  ],
};
