import { outside } from './vitest.outside.ts';

export default outside('browser', 60);
