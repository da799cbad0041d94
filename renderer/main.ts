/** Entry of the page. */
import { startApplication } from './application.ts';

startApplication();
