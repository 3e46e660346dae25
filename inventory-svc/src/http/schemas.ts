import { problemResponse } from '@microshop/chassis/http/problem';
import { Sku } from '@microshop/contracts/values';
import Type from 'typebox';

export const SkuPath = Type.Object({ sku: Sku });

export const unknownSkuAnswer = { 404: problemResponse('There is no such product: `unknown_sku`') };
