import { Type } from 'typebox';

/** The kinds of fields that requests have. Numbers of 64 bits may be strings, and in a query string everything is one. */
export const Text = Type.String();
export const Needed = Type.String({ minLength: 1 });
export const Int = Type.Union([Type.Integer(), Type.String({ pattern: '^-?\\d{1,19}$' })]);
export const Float = Type.Union([Type.Number(), Type.String({ minLength: 1 })]);
export const Flag = Type.Union([Type.Boolean(), Type.String({ pattern: '^(?:[Tt]rue|[Ff]alse)$' })]);
/** In a query string a list of one is the one. */
export const Texts = Type.Union([Type.Array(Type.String()), Type.String()]);
export const TextList = Type.Array(Type.String());
export const KeyValue = Type.Object({ key: Needed, value: Type.Optional(Text) });
export const KeyValues = Type.Array(KeyValue);
export const Metric = Type.Object({
  key: Needed,
  value: Float,
  timestamp: Int,
  step: Type.Optional(Int),
  model_id: Type.Optional(Text),
  dataset_name: Type.Optional(Text),
  dataset_digest: Type.Optional(Text),
});

/** What every search may be asked in a query string. */
export const searchFields = {
  filter: Type.Optional(Text),
  max_results: Type.Optional(Int),
  order_by: Type.Optional(Texts),
  page_token: Type.Optional(Text),
};

/** The same in a body, where a list is a list. */
export const searchBody = { ...searchFields, order_by: Type.Optional(TextList) };
