import type { ConformanceCase } from '../case.js';
import { approvalCases } from './approval.js';
import { cancellationCases } from './cancellation.js';
import { capabilityCases } from './capabilities.js';
import { concurrencyCases } from './concurrency.js';
import { errorCases } from './errors.js';
import { identifierCases } from './identifiers.js';
import { introspectionCases } from './introspection.js';
import { lifeCycleCases } from './life-cycle.js';
import { limitCases } from './limits.js';
import { manifestCases } from './manifest.js';
import { meaningCases } from './meaning.js';
import { opinionCases } from './opinion.js';
import { parameterCases } from './parameters.js';
import { readOnlyCases } from './read-only.js';
import { sessionCases } from './sessions.js';
import { streamingCases } from './streaming.js';
import { typeCases } from './types.js';

export const conformanceCases: readonly ConformanceCase[] = [
  ...manifestCases,
  ...lifeCycleCases,
  ...approvalCases,
  ...readOnlyCases,
  ...opinionCases,
  ...parameterCases,
  ...typeCases,
  ...identifierCases,
  ...streamingCases,
  ...limitCases,
  ...cancellationCases,
  ...concurrencyCases,
  ...sessionCases,
  ...introspectionCases,
  ...meaningCases,
  ...errorCases,
  ...capabilityCases,
];
