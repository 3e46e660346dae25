import { problemResponse } from '@microshop/chassis/http/problem';

/** What a route behind `access.read` may answer to whom it does not let pass. */
export const readAnswers = {
  401: problemResponse('Only operators may read here: `operator_token_required`'),
  403: problemResponse("The token is not an operator's: `operators_only`"),
};
