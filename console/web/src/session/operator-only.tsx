import type { ComponentChildren } from 'preact';
import { isOperator } from '../api.ts';
import { SignInLink } from './session-box.tsx';

/** What changes something: there for operators, for others the way to become one. */
export const OperatorOnly = ({ to, children }: { to: string; children: ComponentChildren }) =>
  isOperator() ? children : <SignInLink>{`Sign in to ${to}`}</SignInLink>;
