import { problemResponse } from './problem.ts';

/** What any route may answer beside its own. */
export const always = {
  400: problemResponse('The request is malformed; `errors` names every fault'),
  408: problemResponse('The request did not arrive within 10 seconds'),
  414: problemResponse('A part of the path is over 765 bytes as it is sent'),
  431: problemResponse('The headers are over 16 KiB'),
  500: problemResponse('A fault of the service; `errorId` finds its log line'),
  503: problemResponse('The database is away, or there is too much to do; Retry-After says when to try again'),
};

/** What any route that takes a body may answer beside its own. */
export const withBody = {
  ...always,
  413: problemResponse('The body is over 64 KiB'),
  415: problemResponse('The body is not application/json'),
};
