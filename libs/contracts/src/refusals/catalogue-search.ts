import { refusals } from './entry';

/** Refusals of the search of the catalogue. */
export const CATALOGUE_SEARCH_REFUSALS = refusals({
  'catalogue.search_loading': {
    kind: 'unavailable',
    zh: '目录检索正在准备',
    en: 'The search of the catalogue is being prepared',
    nextZh: '请稍后再试;目录列表照常可用',
    nextEn: 'Try again in a moment; the list of entries answers meanwhile',
  },
});
