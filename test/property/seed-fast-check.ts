/** Loaded before the tests: fast-check draws from the run's seed too, and names it when something fails. */
import fc from 'fast-check';
import { freshSeed } from './fresh-seed.js';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: freshSeed() });
