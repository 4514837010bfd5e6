import { outside } from './vitest.outside.ts';

export default outside('api', 30);
