import { problemResponse } from '@microshop/chassis/http/problem';
import { Sku } from '@microshop/contracts/values';
import Type from 'typebox';

export const SkuPath = Type.Object({ sku: Sku });

/** What any route may answer. */
export const anyAnswers = {
  400: problemResponse('The request is malformed; `errors` names every faulty field'),
  500: problemResponse('A fault of ours; `errorId` finds it in the log'),
  503: problemResponse('The database is away or overloaded; Retry-After says when to come again'),
};

/** What any route that takes a body may answer. */
export const bodyAnswers = {
  ...anyAnswers,
  413: problemResponse('The body is larger than 64 KiB'),
  415: problemResponse('The body is not application/json'),
};

export const unknownSkuAnswer = { 404: problemResponse('There is no such product: `unknown_sku`') };
