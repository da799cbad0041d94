/** The QEMU driver's rules for definitions, known to `conf.domain` once this file is loaded. */
import { registerDomainRules } from '../conf/domain/rules.ts';
import { qemuRules } from './post-parse.ts';

registerDomainRules('qemu', qemuRules);
